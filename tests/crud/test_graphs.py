"""Every state graph, walked by generation: each illegal edge is refused, each role where it may not."""

import itertools
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from operational.crud.access import SYSTEM_ACTOR, Actor
from operational.crud.find import get
from operational.crud.refusal import Conflict, Invalid, NotAllowed, NotFound, Refused
from operational.crud.walk import moves, walk
from operational.entity import entity, load_entities
from operational.rules.register import EFFECTS, GUARDS, OFFERS, load_rules
from operational.states import SYSTEM
from tests.crud.company import LONG_AGO, Company, id_of
from tests.crud.test_access import ROLES

GRAPHS = {name: cls.__entity__.graph for name, cls in load_entities().items() if cls.__entity__.graph}
BEGINNINGS = {
    "order": ({"customer": "C1"}, [{"item": "P1", "quantity": "1"}]),
    "shipment": ({"depot": "D1"}, [{"item": "P1", "quantity": "1"}]),
    "inbound": ({"depot": "D1"}, [{"item": "P1", "quantity": "1"}]),
    "outbound_request": ({"depot": "D1"}, [{"item": "P1", "quantity": "1"}]),
    "stocktake": ({"depot": "D1"}, [{"item": "P1", "counted_quantity": "1", "reason": "破损"}]),
    "supply_proposal": (
        {"item": "P1", "depot": "D1", "action": "order", "quantity": "5", "needed_on": "2026-01-01"},
        None,
    ),
    "return_note": ({"customer": "C1"}, [{"item": "P1", "quantity": "1"}]),
    "invoice": ({"customer": "C1", "amount": "10", "due_on": "2199-01-01"}, None),
    "receipt": ({"customer": "C1", "amount": "10"}, None),
    "service_request": ({"customer": "C1", "subject": "漏水"}, None),
    "service_agreement": ({"customer": "C1", "ends_on": "2199-01-01"}, []),
    "complaint": ({"customer": "C1", "subject": "漏水"}, None),
    "opportunity": ({"customer": "C1", "amount": "5"}, None),
}
NEEDED = {"fault": "漏水", "cause": "密封", "lost_reason": "价格", "amount": "5", "customer": "C1",
          "signed_on": "2025-12-20", "ends_on": "2199-01-01"}  # fmt: skip


def test_every_named_rule_is_there():
    load_rules()
    for cls in load_entities().values():
        named = cls.__entity__.graph.transitions if cls.__entity__.graph else ()
        assert {name for move in named for name in move.guards} <= set(GUARDS)
        after = {*cls.__entity__.after_create, *cls.__entity__.after_change}
        assert {name for move in named for name in move.effects} | after <= set(EFFECTS)
        fields = [*cls.__fields__.values(), *(cls.__lines__.__fields__.values() if cls.__lines__ else ())]
        assert {one.offers for one in fields if one.offers} <= set(OFFERS)


def test_every_graph_is_tried():
    assert set(BEGINNINGS) == set(GRAPHS)


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_the_graph_is_sound(name):
    """Every state can be reached, and every move leads between states that there are."""
    graph = GRAPHS[name]
    reached, todo = set(), [graph.initial]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += [move.target for move in graph.leaving(state)]
    assert reached == {state.name for state in graph.states}
    for move in graph.transitions:
        assert {*move.sources, move.target} <= reached
        assert set(move.needs) <= set(entity(name).__fields__)


@dataclass
class Placed:
    """A company with one record of each entity that has states."""

    company: Company
    keys: dict[str, str]

    def place(self, session, name, state):
        """Put the record into a state, by plain SQL, and return its key."""
        cls = entity(name)
        field = cls.__fields__[GRAPHS[name].field]
        key = self.keys[name]
        here = cls.__table__.c.id == id_of(session, name, key)
        session.execute(update(cls.__table__).where(here).values({field.column: state}))
        return key


@pytest.fixture
def placed(sqlite_company):
    sqlite_company.put_in_stock("P1", "100", LONG_AGO)
    maker = Actor("maker", "admin", None, None)
    keys = {
        name: sqlite_company.create(maker, name, lines, **values).key
        for name, (values, lines) in BEGINNINGS.items()
    }
    return Placed(sqlite_company, keys)


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_every_edge(placed, name):
    """From each state: verbs that do not start there are refused, the others lead where the graph says."""
    graph, cls = GRAPHS[name], entity(name)
    verbs = sorted({move.verb for move in graph.transitions})
    with placed.company.store.writing("root") as session:
        admin = Actor("root", "admin", None, id_of(session, "person", "T1"))
        for state, verb in itertools.product(graph.states, verbs):
            legal = graph.move(verb, state.name)
            with session.begin_nested() as attempt:
                key = placed.place(session, name, state.name)
                if legal is None or legal.by_system:
                    with pytest.raises(Refused) as refused:
                        walk(session, admin, cls, key, verb, comment="x")
                    assert refused.value.guard == "state"
                    assert key in refused.value.message.zh
                else:
                    needed = {one: NEEDED[one] for one in legal.needs}
                    walked = walk(session, admin, cls, key, verb, comment="测试", values=needed)
                    assert walked.state == legal.target
                    assert walked.version > 1
                attempt.rollback()


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_every_role_at_every_edge(placed, name):
    """A role that a move does not name is neither allowed nor offered it; a system move is nobody's."""
    graph, cls = GRAPHS[name], entity(name)
    with placed.company.store.writing("root") as session:
        for state in graph.states:
            key = placed.place(session, name, state.name)
            here = get(session, SYSTEM_ACTOR, cls, key)
            for role in ROLES:
                actor = Actor("someone", role, placed.company.actors["boss"].org_unit_id, None)
                by_people = [move for move in graph.leaving(state.name) if not move.by_system]
                granted = {move.verb for move in by_people if role == "admin" or role in move.roles}
                assert {move.verb for move in moves(session, actor, cls, here)} == granted, (role, state)
                for move in by_people:
                    if move.verb not in granted:
                        # a seller without a person has no rows of his own: then there is no such record
                        with pytest.raises((NotAllowed, NotFound)):
                            walk(session, actor, cls, key, move.verb, comment="x")


def test_what_a_move_asks_for_is_asked(sqlite_company):
    order = sqlite_company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1")
    sqlite_company.walk("clerk", "order", order.key, "submit")
    with pytest.raises(Invalid) as refused:
        sqlite_company.walk("manager", "order", order.key, "reject", comment="  ")
    assert [one.field for one in refused.value.problems] == ["comment"]
    assert (
        sqlite_company.walk("manager", "order", order.key, "reject", comment="价格太低").state == "rejected"
    )


def test_what_a_move_needs_is_named_field_by_field(sqlite_company):
    chance = sqlite_company.create("clerk", "opportunity", name="大单")
    sqlite_company.walk("clerk", "opportunity", chance.key, "qualify")
    sqlite_company.walk("clerk", "opportunity", chance.key, "propose")
    with pytest.raises(Invalid) as refused:
        sqlite_company.walk("clerk", "opportunity", chance.key, "win")
    assert [one.field for one in refused.value.problems] == ["customer", "amount"]
    won = sqlite_company.walk(
        "clerk", "opportunity", chance.key, "win", values={"customer": "C1", "amount": "5"}
    )
    assert (won.state, won.values["closed_on"] is not None) == ("won", True)


def test_steps_are_kept_without_gaps(company):
    order = company.approved_order()
    steps = entity("state_change").__table__
    with company.store.reading() as session:
        rows = session.execute(
            select(steps.c.sequence, steps.c.verb, steps.c.from_state, steps.c.to_state, steps.c.changed_by)
            .where(steps.c.entity == "order", steps.c.record == order.id)
            .order_by(steps.c.sequence)
        ).all()
    assert [tuple(row) for row in rows] == [
        (1, "create", None, "draft", "clerk"),
        (2, "submit", "draft", "submitted", "clerk"),
        (3, "approve", "submitted", "approved", "manager"),
    ]


def test_a_stale_version_does_not_walk(sqlite_company):
    order = sqlite_company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1")
    with pytest.raises(Conflict):
        sqlite_company.walk("clerk", "order", order.key, "submit", version=order.version - 1)


def test_no_move_bears_the_name_of_the_system_and_a_person():
    for graph in GRAPHS.values():
        for move in graph.transitions:
            assert SYSTEM not in move.roles or move.by_system
