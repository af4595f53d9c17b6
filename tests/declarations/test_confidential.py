"""What a role may not see it finds at no door: every confidential field, for every role from which it is kept.

Read off the declarations, so that a new confidential field is tried without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dashboards.origins import origins
from operational.crud import access
from operational.crud.access import (
    BUILT_IN,
    CONFIDENCES,
    READ_EVERY_FIELD,
    SYSTEM_ACTOR,
    Actor,
    may,
    may_see,
    root_unit,
    warehouse_scope,
)
from operational.crud.filter import conditions
from operational.crud.find import find, get
from operational.crud.history import history
from operational.crud.record import Record
from operational.crud.refusal import Conflict, Invalid, NotAllowed
from operational.crud.write import create, update
from operational.entity import ENTITIES, Entity, Line
from operational.field import Field
from operational.settings import Settings
from operational.store import users
from operational.store.key import secret_key
from operational.store.schema import create_schema
from operational.store.session import Store
from operational.transfer.export_file import export_file
from operational.transfer.import_file import import_file
from operational.transfer.template import template
from tests.declarations.made_record import FORMS, Maker
from tests.forms.conftest import Site, create_server, signed_in
from tests.landed import Landed
from warehouse.ask import AskRefused, ask, rows_behind
from warehouse.catalog import load_catalog
from warehouse.lineage import feeds, lineage
from warehouse.question import whole_question
from warehouse.withheld import may_ask, withheld_column

pytestmark = pytest.mark.xdist_group("confidential")

ROLES = sorted({role for cls in ENTITIES.values() for role in cls.__entity__.may} | {*BUILT_IN})
SECRET, SHOWN = 73_915_377, "7391.5377"  # in the store, and as people would read it
PREFIX = {True: "lines.", False: ""}


@dataclass(frozen=True)
class Kept:
    """A confidential field of an entity or its lines that a role, which reads the entity, may not see."""

    role: str
    entity: str
    field: Field
    of_lines: bool

    @property
    def cls(self) -> type[Entity]:
        return ENTITIES[self.entity]

    @property
    def path(self) -> str:
        return PREFIX[self.of_lines] + self.field.name

    def __str__(self) -> str:
        return f"{self.role}-{self.entity}.{self.path}"


def declared() -> Iterator[tuple[str, type[Entity | Line], Field]]:
    for name, cls in ENTITIES.items():
        for source in (cls, cls.__lines__):
            if source is not None:
                yield from ((name, source, one) for one in source.__fields__.values() if one.confidential)


KEPT = [
    Kept(role, name, field, issubclass(source, Line))
    for name, source, field in declared()
    for role in ROLES
    if may(Actor("", role, None, None), "read", ENTITIES[name])
    and not may_see(Actor("", role, None, None), field)
]


def those(*verbs: str, of_lines: bool | None = None, ledgers: bool = True) -> pytest.MarkDecorator:
    """The cases whose role has all these verbs; `ledgers`, those of records too that no person makes."""
    chosen = [
        one
        for one in KEPT
        if all(may(Actor("", one.role, None, None), verb, one.cls) for verb in verbs)
        and of_lines in (None, one.of_lines)
        and (ledgers or one.entity in FORMS)
    ]
    return pytest.mark.parametrize("kept", chosen, ids=str)


@dataclass
class Ground:
    """A store with a record of every entity that has confidential fields, each set to what nobody else has."""

    store: Store
    maker: Maker
    keys: dict[str, str]
    site: Site
    unit: int | None

    def actor(self, role: str) -> Actor:
        return Actor(f"the_{role}", role, self.unit, None)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    settings = Settings(data=tmp_path_factory.mktemp("confidential") / "data")
    secret_key(settings)
    store = Store.open(settings)
    create_schema(store.engine)
    maker = Maker(store)
    names = dict.fromkeys(name for name, _, _ in declared() if name in FORMS)
    keys = {name: maker.record(name).key for name in names}
    hide(store)
    with store.reading() as session:
        unit = root_unit(session)
        code = session.execute(
            text("select code from org_unit where id = :unit"), {"unit": unit}
        ).scalar_one()
    for role in dict.fromkeys(one.role for one in KEPT):
        users.add_user(store, f"the_{role}", role=role, org_unit=code, password="correct horse 7")
    yield Ground(store, maker, keys, Site(create_server(settings, store), store, None), unit)  # type: ignore[arg-type]  # no company
    store.close()


def hide(store: Store) -> None:
    with store.writing("system") as session:
        for _, source, field in declared():
            session.execute(text(f'update "{source.__tablename__}" set "{field.column}" = {SECRET}'))


def told(content: Any) -> bool:
    return SHOWN in str(content).replace(",", "")


def test_there_is_something_to_keep() -> None:
    assert {one.role for one in KEPT} >= {"dealer"}
    assert {field.confidential for _, _, field in declared()} == {*CONFIDENCES}


@pytest.mark.parametrize("name", ENTITIES)
def test_what_names_or_places_a_record_is_no_secret(name: str) -> None:
    spec, fields = ENTITIES[name].__entity__, ENTITIES[name].__fields__
    open_to_all = {*spec.key, spec.title, spec.newest_by, spec.owner, *spec.scope}
    if spec.graph:
        open_to_all.add(spec.graph.field)
    assert not [one for one in open_to_all if one in fields and fields[one].confidential]


@those(ledgers=False)
def test_records_and_lists_are_without_it(ground: Ground, kept: Kept) -> None:
    key, actor = ground.keys[kept.entity], ground.actor(kept.role)
    with ground.store.reading() as session:
        record = get(session, actor, kept.cls, key)
        listed = find(session, actor, kept.cls)
        whole = get(session, SYSTEM_ACTOR, kept.cls, key)
    assert listed.rows, "the role sees no record, so nothing was tried"
    for one in (record, *listed.rows):
        assert kept.path not in names_of(one)
        assert not told(one)
    assert kept.path in names_of(whole)
    assert told(whole)


def names_of(record: Record) -> set[str]:
    return {*record.values, *(f"lines.{name}" for line in record.lines for name in line.values)}


@those()
def test_it_is_asked_by_no_filter_and_no_order(ground: Ground, kept: Kept) -> None:
    actor = ground.actor(kept.role)
    for name, path in ways_to(kept):
        with ground.store.reading() as session:
            for sign in ("", "!=", ">=", "<"):
                where = {f"{path}{sign}": [SHOWN]}
                with pytest.raises(Invalid, match="may not see"):
                    conditions(session, actor, ENTITIES[name], where)
                assert conditions(session, SYSTEM_ACTOR, ENTITIES[name], where)
    if not kept.of_lines:
        with ground.store.reading() as session, pytest.raises(Invalid, match="may not see"):
            find(session, actor, kept.cls, sort=f"-{kept.field.name}")


def ways_to(kept: Kept) -> Iterator[tuple[str, str]]:
    """The field from its own entity, and from each that links to that by itself or by its lines."""
    yield kept.entity, kept.path
    for name, cls in ENTITIES.items():
        for source in (cls, cls.__lines__):
            for one in source.__fields__.values() if source is not None else ():
                if one.target == kept.entity:
                    yield name, f"{PREFIX[source is not cls]}{one.name}.{kept.path}"


@those("create")
def test_no_record_is_made_with_it(ground: Ground, kept: Kept) -> None:
    values, lines = typed(kept)
    with ground.store.writing("system") as session, pytest.raises(Invalid, match="may not see"):
        create(session, ground.actor(kept.role), kept.cls, values, lines)


@those("edit", ledgers=False)
def test_no_record_is_given_it(ground: Ground, kept: Kept) -> None:
    values, lines = typed(kept)
    with ground.store.writing("system") as session, pytest.raises(Invalid, match="may not see"):
        update(session, ground.actor(kept.role), kept.cls, ground.keys[kept.entity], values, lines)


def typed(kept: Kept) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """The field with what already stands in it: that is not taken either, for the answer would tell it."""
    given = {kept.field.name: SHOWN}
    return ({}, [given]) if kept.of_lines else (given, None)


@those("edit", of_lines=True)
def test_it_stays_where_those_write_who_do_not_see_it(ground: Ground, kept: Kept) -> None:
    actor = ground.actor(kept.role)
    key = ground.maker.record(kept.entity).key
    hide(ground.store)
    with ground.store.reading() as session:
        seen = get(session, actor, kept.cls, key)
    money = next(
        name
        for name, one in kept.cls.__lines__.__fields__.items()
        if name in seen.lines[0].values and one.kind == "quantity"
    )  # type: ignore[union-attr]  # it has lines
    for by_id in (True, False):
        lines = [
            {**line.values, **({"id": line.id} if by_id else {}), money: 40 + by_id} for line in seen.lines
        ]
        with ground.store.writing("system") as session:
            answered = update(session, actor, kept.cls, key, {}, lines)
        with ground.store.reading() as session:
            after = get(session, SYSTEM_ACTOR, kept.cls, key)
        assert {line.values[money] for line in after.lines} == {40 + by_id}
        assert all(str(line.values[kept.field.name]) == SHOWN for line in after.lines)
        assert not told(answered)


@those(ledgers=False)
def test_history_and_conflicts_do_not_tell_it(ground: Ground, kept: Kept) -> None:
    key, actor = ground.keys[kept.entity], ground.actor(kept.role)
    with ground.store.reading() as session:
        everything = history(session, SYSTEM_ACTOR, kept.cls, key)
        seen = history(session, actor, kept.cls, key)
    named = {change.field.name for entry in everything for change in entry.changes}
    assert kept.field.name in named
    assert not {change.field for entry in seen for change in entry.changes if change.field.confidential}
    assert not told(seen)
    if may(actor, "edit", kept.cls):
        with ground.store.writing("system") as session, pytest.raises(Conflict) as met:
            update(session, actor, kept.cls, key, {}, version=99)
        assert not told(vars(met.value))


@those()
def test_a_template_does_not_offer_it(ground: Ground, kept: Kept) -> None:
    assert kept.path not in {column.name for column in template(ground.actor(kept.role), kept.entity)}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every confidence kept from all who do not read every field: today those who bring files in and out read them."""
    for name in CONFIDENCES:
        monkeypatch.setitem(CONFIDENCES, name, "")
    access._fields_seen.cache_clear()
    yield
    access._fields_seen.cache_clear()


def carriers(verb: str, *, of_lines: bool | None = None) -> pytest.MarkDecorator:
    """The confidential fields that a role could carry, by this verb on records that are not only its own."""
    found = [
        Kept(role, name, field, issubclass(source, Line))
        for name, source, field in declared()
        for role in ROLES
        if role not in READ_EVERY_FIELD
        and may(Actor("", role, None, None), verb, ENTITIES[name])
        and not access._grants(role, ENTITIES[name])["read"]
        and of_lines in (None, issubclass(source, Line))
    ]
    return pytest.mark.parametrize("kept", found, ids=str)


@pytest.mark.usefixtures("closed")
@carriers("export")
def test_an_export_is_without_it(ground: Ground, kept: Kept, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    export_file(ground.store, SYSTEM_ACTOR, kept.entity, target)
    assert kept.path in target.read_text().splitlines()[0].split(",")
    export_file(ground.store, ground.actor(kept.role), kept.entity, target)
    assert kept.path not in target.read_text().splitlines()[0].split(",")
    assert not told(target.read_text())


@pytest.mark.usefixtures("closed")
@carriers("import")
def test_a_file_that_brings_it_is_refused(ground: Ground, kept: Kept, tmp_path: Path) -> None:
    target = tmp_path / "in.csv"
    target.write_text(f"{kept.path},{kept.cls.__entity__.key[0]}\n1,x\n")
    with pytest.raises(NotAllowed, match="may not see"):
        import_file(
            ground.store,
            ground.actor(kept.role),
            kept.entity,
            target,
            history=kept.cls.__entity__.history_only,
        )


@pytest.mark.usefixtures("closed")
@carriers("import", of_lines=True)
def test_a_file_without_it_leaves_it_in_the_lines(ground: Ground, kept: Kept, tmp_path: Path) -> None:
    actor, key = ground.actor(kept.role), ground.keys[kept.entity]
    with ground.store.reading() as session:
        before = get(session, SYSTEM_ACTOR, kept.cls, key)
    quantities = [line.values["quantity"] + 1 for line in before.lines]
    rows = [
        f"{key},{line.values['item'].key},{one}" for line, one in zip(before.lines, quantities, strict=True)
    ]
    target = tmp_path / "in.csv"
    target.write_text("\n".join([f"{kept.cls.__entity__.key[0]},lines.item,lines.quantity", *rows]))
    result = import_file(ground.store, actor, kept.entity, target, on_conflict="update")
    assert (result.updated, result.refused) == (len(rows), 0), result
    with ground.store.reading() as session:
        after = get(session, SYSTEM_ACTOR, kept.cls, key)
    assert [line.values["quantity"] for line in after.lines] == quantities
    assert all(str(line.values[kept.field.name]) == SHOWN for line in after.lines)


@those()
def test_pages_and_the_api_are_without_it(ground: Ground, kept: Kept) -> None:
    client = signed_in(ground.site, f"the_{kept.role}").client
    name, key = kept.entity, ground.keys.get(kept.entity)
    pages = [f"/o/{name}", f"/o/{name}?columns={kept.field.name}", f"/api/v1/{name}"]
    pages += [f"/o/{name}/{key}", f"/o/{name}/{key}?tab=history", f"/api/v1/{name}/{key}"] if key else []
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not told(answer.text), page
    for refused in (
        f"/api/v1/{name}?{kept.path}={SHOWN}", f"/api/v1/{name}?sort={kept.path}", f"/o/{name}?{kept.path}={SHOWN}",
    ):  # fmt: skip
        assert client.get(refused).status_code == 422, refused
    assert client.get(f"/lookup/{name}/{kept.path}?q=7").status_code == 404
    described = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    for schema in (described[name], described[f"{name}_write"]):
        properties = schema["properties"]
        if kept.of_lines:
            properties = properties["lines"]["items"]["properties"]
        assert kept.field.name not in properties


@those("create")
def test_a_form_neither_draws_nor_fills_it(ground: Ground, kept: Kept) -> None:
    signed = signed_in(ground.site, f"the_{kept.role}")
    form = signed.get(f"/o/{kept.entity}/new?{kept.field.name}=1").text
    assert f'name="{kept.field.name}"' not in form
    assert f'.{kept.field.name}"' not in form
    assert not told(form)
    linked = {
        f"lines.0.{name}": ground.maker.key(str(one.target))
        for name, one in (kept.cls.__lines__.__fields__ if kept.cls.__lines__ else {}).items()
        if one.target and one.required
    }
    filled = signed.post(f"/defaults/{kept.entity}", linked)
    assert filled.status_code == 200
    assert kept.field.name not in filled.text


@pytest.fixture(scope="module")
def landed() -> Iterator[Landed]:
    found = Landed()
    found.model()
    yield found
    found.connection.close()


@pytest.mark.parametrize("role", sorted({one.role for one in KEPT}))
def test_no_figure_tells_what_its_fields_do_not(ground: Ground, landed: Landed, role: str) -> None:
    actor = ground.actor(role)
    with ground.store.reading() as session:
        scope = warehouse_scope(session, actor)
    open_figures = 0
    for metric in load_catalog().metrics.values():
        kept = [one.name for one in origins(lineage(metric)) if not may_see(actor, one.field)]
        assert (withheld_column(metric, scope) is None) == (not kept), metric.name
        open_figures += may_ask(metric, scope)
        for door in (ask, rows_behind) if kept else ():
            with pytest.raises(AskRefused, match="may not see"):
                door(landed.connection, whole_question(metric), scope)
    assert open_figures


def test_margins_and_the_worth_of_stock_and_customers_rest_on_costs() -> None:
    for name in ("gross_margin_pct", "gmroi", "on_hand_value", "lifetime_value", "lines_without_cost"):
        found = origins(lineage(load_catalog().metric(name)))
        assert {one.field.confidential for one in found} >= {"cost"}, name


def test_no_dimension_rests_on_a_confidential_field() -> None:
    tables = load_catalog().tables
    for dimension in load_catalog().dimensions.values():
        columns = {
            f"{table.name}.{dimension.column}"
            for table in tables.values()
            if not dimension.computed and dimension.column in table.columns
        }
        fed = set(columns)
        while columns:
            columns = {feeding for column in columns for feeding in feeds(column)} - fed
            fed |= columns
        assert not [one.name for one in origins(fed) if one.field.confidential], dimension.name
