"""One policy: verbs by role, subtrees, own rows, and the same scope for the warehouse."""

import contextlib

import pytest

from operational.crud.access import SYSTEM_ACTOR, VERBS, Actor, actor_of, may, warehouse_scope
from operational.crud.find import find, get
from operational.crud.refusal import Invalid, NotAllowed, NotFound, Refused
from operational.crud.write import create, delete, update
from operational.entity import entity, load_entities
from operational.store.users import add_user, change_user

ENTITIES = sorted(load_entities())
ROLES = [
    "admin", "branch_manager", "sales", "sales_manager", "service", "service_manager", "warehouse",
    "warehouse_manager", "dispatcher", "marketing", "marketing_manager", "finance", "finance_manager",
    "contracts", "projects", "analyst", "executive", "auditor", "dealer", "nobody_knows",
]  # fmt: skip


def rights(role: str, name: str) -> str:
    actor = Actor("x", role, None, None)
    return " ".join(verb for verb in VERBS if may(actor, verb, entity(name)))


@pytest.mark.parametrize(
    ("role", "name", "expected"),
    [
        ("admin", "order", "read create edit delete import export"),
        ("admin", "stock_movement", "read import export"),  # a ledger is not written by hand, by nobody
        ("admin", "state_change", "read import export"),
        ("auditor", "order", "read export"),
        ("auditor", "state_change", "read export"),
        ("analyst", "order", "read export"),
        ("analyst", "state_change", ""),  # it belongs to no unit, so its rows cannot be told apart
        ("executive", "customer", "read"),
        ("branch_manager", "order", "read create edit export"),
        ("branch_manager", "item", "read export"),  # belongs to the company, not to a branch
        ("branch_manager", "stock_movement", "read export"),
        ("sales", "order", "read create edit delete import export"),
        ("sales", "stock_movement", ""),
        ("warehouse", "customer", ""),
        ("dealer", "invoice", "read"),
        ("dealer", "person", ""),
        ("nobody_knows", "order", ""),
    ],
)
def test_what_a_role_may(role, name, expected):
    assert rights(role, name) == expected


def test_those_who_only_look_write_nothing():
    for role in ("auditor", "analyst", "executive", "nobody_knows"):
        for name in ENTITIES:
            assert not set(rights(role, name).split()) & {"create", "edit", "delete", "import"}


def test_every_door_asks_the_same_policy(sqlite_company):
    """For each role, entity and verb: what `may` denies is refused as such, what it grants goes further."""
    with sqlite_company.store.reading() as session:
        for role in ROLES:
            actor = Actor("x", role, sqlite_company.actors["boss"].org_unit_id, None)
            for name in ENTITIES:
                cls = entity(name)
                doors = {
                    "read": lambda: find(session, actor, cls),  # noqa: B023 - called at once
                    "create": lambda: create(session, actor, cls, {"no_such_field": "1"}),  # noqa: B023 - as above
                    "edit": lambda: update(session, actor, cls, "no~such~key", {}),  # noqa: B023 - as above
                    "delete": lambda: delete(session, actor, cls, "no~such~key"),  # noqa: B023 - as above
                }
                for verb, door in doors.items():
                    if may(actor, verb, cls):
                        with contextlib.suppress(Invalid, NotFound):
                            door()
                    else:
                        with pytest.raises(NotAllowed):
                            door()


def keys(session, actor, name):
    return {row.key for row in find(session, actor, entity(name), limit=1000).rows}


def test_rows_by_subtree_and_owner(company):
    orders = {}
    for who, customer in [("clerk", "C1"), ("clerk2", "C2"), ("southern", "C3"), ("southern", "C4")]:
        orders[customer] = company.create(
            who, "order", [{"item": "P1", "quantity": 1}], customer=customer
        ).key
    nowhere = company.create("system", "opportunity", opened_on="2026-01-05").key  # belongs to no unit
    with company.store.reading() as session:
        for who, customers in {
            "system": "C1 C2 C3 C4", "auditor": "C1 C2 C3 C4", "executive": "C1 C2 C3 C4",
            "payer": "C1 C2 C3 C4",
            "boss": "C1 C2", "manager": "C1 C2", "agent": "C1 C2", "clerk": "C1", "clerk2": "C2",
            "southern": "C3 C4", "analyst": "C3 C4", "dealer": "C4",
        }.items():  # fmt: skip
            actor = company.actors[who]
            assert keys(session, actor, "customer") == set(customers.split()), who
            assert keys(session, actor, "order") == {orders[one] for one in customers.split()}, who
            for customer, key in orders.items():
                if customer not in customers.split():
                    with pytest.raises(NotFound):
                        get(session, actor, entity("order"), key)
        assert nowhere in keys(session, company.actors["system"], "opportunity")
        assert nowhere in keys(session, company.actors["executive"], "opportunity")
        assert nowhere not in keys(session, company.actors["boss"], "opportunity")
        assert keys(session, company.actors["boss"], "org_unit") == {"EAST", "SH"}


def test_a_branch_or_dealer_without_a_unit_sees_nothing_others_the_whole_tree(company):
    with company.store.reading() as session:
        for role, seen in [("branch_manager", 0), ("dealer", 0), ("sales_manager", 4), ("executive", 4)]:
            assert len(keys(session, Actor("x", role, None, None), "customer")) == seen, role
        assert keys(session, Actor("x", "sales", None, None), "customer") == set()  # nobody's own


def test_the_warehouse_gets_the_same_rows(company):
    with company.store.reading() as session:
        actors = company.actors
        units = {one: company.actors[one].org_unit_id for one in ("boss", "southern", "dealer")}
        for who in ("system", "auditor", "executive"):
            assert warehouse_scope(session, actors[who]) is None
        boss = warehouse_scope(session, actors["boss"])
        east = boss["order"]["org_unit_id"]
        assert units["boss"] in east
        assert len(east) == 2
        assert units["southern"] not in east
        assert boss["item"] == {}  # company-wide
        assert "state_change" not in boss
        analyst = warehouse_scope(session, actors["analyst"])
        assert set(analyst["customer"]["org_unit_id"]) == {units["southern"], units["dealer"]}
        clerk = warehouse_scope(session, actors["clerk"])
        assert clerk["order"] == {"org_unit_id": east, "owner_id": (actors["clerk"].person_id,)}
        assert clerk["service_request"] == {"org_unit_id": east}
        assert "stock_movement" not in clerk
        payer = warehouse_scope(session, actors["payer"])
        assert payer["invoice"] == {}  # the whole tree
        assert warehouse_scope(session, Actor("x", "sales", None, None))["order"] == {"owner_id": ()}


def test_a_reference_out_of_sight_is_as_if_it_did_not_exist(company):
    for customer in ("C3", "NOPE"):
        with pytest.raises(Invalid) as refused:
            company.create("manager", "order", [{"item": "P1", "quantity": 1}], customer=customer)
        assert [one.field for one in refused.value.problems] == ["customer"]
        assert "you may not see it" in refused.value.problems[0].message.en


def test_a_reference_that_was_there_may_stay(company):
    """A manager sees a person whose superior sits elsewhere and saves the form as it was."""
    with company.store.writing("system") as session:
        update(session, SYSTEM_ACTOR, entity("person"), "E1", {"manager": "S1"})
    with company.store.writing("boss") as session:
        boss = company.actors["boss"]
        shown = get(session, boss, entity("person"), "E1")
        changed = update(
            session, boss, entity("person"), "E1", shown.values | {"skills": "水泵"}, None, shown.version
        )
    assert changed.values["skills"] == "水泵"


def test_a_login_is_an_actor_until_it_is_disabled(sqlite_company):
    store = sqlite_company.store
    add_user(store, "root", role="admin", password="another long password")
    add_user(store, "li", role="sales", org_unit="EAST", person="E2", password="long enough for anybody")
    with store.reading() as session:
        actor = actor_of(session, "li")
        assert keys(session, actor, "customer") == {"C2"}
        assert actor_of(session, "nobody") is None
    with pytest.raises(Refused) as refused, store.writing("system") as session:
        delete(session, SYSTEM_ACTOR, entity("person"), "E2")
    assert refused.value.blockers  # C2 is his
    with store.writing("system") as session:
        update(session, SYSTEM_ACTOR, entity("customer"), "C2", {"owner": None})
    with pytest.raises(Refused, match="login"), store.writing("system") as session:
        delete(session, SYSTEM_ACTOR, entity("person"), "E2")
    change_user(store, "li", disabled=True)
    with store.reading() as session:
        assert actor_of(session, "li") is None
