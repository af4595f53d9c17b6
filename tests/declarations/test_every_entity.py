"""What every declaration gets from the machine, entity by entity, knowing none of them by name.

Create, list, read, edit, refuse, history, delete, export and import again, and the row in the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest

from operational.crud.access import BUILT_IN, SYSTEM_ACTOR, Actor, may
from operational.crud.find import find, get
from operational.crud.history import history
from operational.crud.refusal import Declined, NotAllowed, NotFound
from operational.crud.write import create, delete, update
from operational.entity import ENTITIES, tables_in_feed
from operational.store.feed import feed_columns
from operational.store.session import Store
from operational.transfer.export_file import export_file
from operational.transfer.import_file import import_file
from tests.declarations.made_record import (
    DAY,
    FORMS,
    KEPT_BY_PEOPLE,
    Maker,
    bulk_row,
    given,
    logged,
    plain,
    stored_rows,
)
from tests.pipelines.conftest import load, published

pytestmark = pytest.mark.xdist_group("declarations")

ROLES = sorted({role for cls in ENTITIES.values() for role in cls.__entity__.may} | {*BUILT_IN})
EARLIER = (DAY - timedelta(days=1)).isoformat()
VERBS = ("read", "create", "edit", "delete", "import", "export")


@pytest.fixture
def maker(sqlite_store: Store) -> Maker:
    return Maker(sqlite_store)


@pytest.fixture(params=FORMS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def actors_without(name: str, verb: str) -> Iterator[Actor]:
    cls = ENTITIES[name]
    for role in ROLES:
        actor = Actor(f"the {role}", role, None, None)
        if not may(actor, verb, cls):
            yield actor


def test_a_record_lives_from_creation_to_deletion(maker: Maker, name: str) -> None:
    cls, store = ENTITIES[name], maker.store
    made = maker.record(name)
    with store.reading() as session:
        read = get(session, SYSTEM_ACTOR, cls, made.key)
        listed = find(session, SYSTEM_ACTOR, cls, where={}, search="", sort="", offset=0, limit=100)
    assert plain(read) == plain(made)
    assert made.key in [one.key for one in listed.rows]
    assert not [field.name for field in given(cls) if made.values[field.name] is None], "a value was not kept"

    field = changeable(name)
    value = EARLIER if cls.__fields__[field].kind == "date" else maker.value(cls, cls.__fields__[field])
    with store.writing("system", "a reason") as session:
        update(session, SYSTEM_ACTOR, cls, made.key, {field: value}, version=made.version)
    with store.reading() as session:
        changed = get(session, SYSTEM_ACTOR, cls, made.key)
        entries = history(session, SYSTEM_ACTOR, cls, made.key)
    assert changed.version == made.version + 1
    assert plain(changed, without=(field,)) == plain(made, without=(field,))
    assert changed.values[field] != made.values[field]
    assert field in {change.field.name for entry in entries for change in entry.changes}

    with store.writing("system") as session:
        delete(session, SYSTEM_ACTOR, cls, made.key, changed.version)
    with store.reading() as session, pytest.raises(NotFound):
        get(session, SYSTEM_ACTOR, cls, made.key)
    # what rules fill in after a creation or a change is a row of the log of its own
    assert [op for op, _ in groupby(logged(store, name))][-3:] == ["insert", "update", "delete"]


def changeable(name: str) -> str:
    """The first field that is neither part of the key nor a link; a day where there is nothing else."""
    cls = ENTITIES[name]
    free = [field for field in given(cls) if field.name not in cls.__entity__.key and field.kind != "link"]
    return min(free, key=lambda field: field.kind in ("date", "moment", "choice", "flag")).name


def test_who_has_not_a_verb_is_refused(maker: Maker, name: str, tmp_path: Path) -> None:
    cls, store = ENTITIES[name], maker.store
    made = maker.record(name)
    before = len(logged(store, name))
    for verb in VERBS:
        refused = list(actors_without(name, verb))
        assert refused or verb == "read", f"everybody may {verb} {name}"
        for actor in refused:
            with pytest.raises(Declined) as told:
                attempt(store, actor, verb, name, made.key, tmp_path)
            assert isinstance(told.value, (NotAllowed, NotFound)), (actor.role, verb)
    assert len(logged(store, name)) == before
    with store.reading() as session:
        assert get(session, SYSTEM_ACTOR, cls, made.key).version == made.version


def attempt(store: Store, actor: Actor, verb: str, name: str, key: str, folder: Path) -> None:
    cls = ENTITIES[name]
    if verb == "read":
        with store.reading() as session:
            get(session, actor, cls, key)
    elif verb == "export":
        export_file(store, actor, name, folder / "out.csv")
    elif verb == "import":
        import_file(store, actor, name, written(folder, "\n"), history=True)
    else:
        with store.writing(actor.login) as session:
            if verb == "create":
                create(session, actor, cls, {}, [])
            elif verb == "edit":
                update(session, actor, cls, key, {})
            else:
                delete(session, actor, cls, key)


def written(folder: Path, content: str) -> Path:
    path = folder / "in.csv"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_again(maker: Maker, name: str, ending: str, tmp_path: Path) -> None:
    """Out, deleted, and in again: the same record; once more with update: nothing changes."""
    cls, store = ENTITIES[name], maker.store
    made, other = maker.record(name), maker.record(name)
    file = tmp_path / f"{name}.{ending}"
    assert export_file(store, SYSTEM_ACTOR, name, file) >= 2
    with store.writing("system") as session:
        delete(session, SYSTEM_ACTOR, cls, made.key)
        delete(session, SYSTEM_ACTOR, cls, other.key)
    result = import_file(store, SYSTEM_ACTOR, name, file, on_conflict="skip", history=True)
    assert result.exit_code == 0, result.reasons
    with store.reading() as session:
        for one in (made, other):
            assert plain(get(session, SYSTEM_ACTOR, cls, one.key)) == plain(one)
    again = import_file(store, SYSTEM_ACTOR, name, file, on_conflict="update", history=True)
    assert (again.loaded, again.updated, again.refused) == (0, 0, 0), again.reasons


def test_what_rules_write_nobody_can(maker: Maker) -> None:
    """An entity without a form takes no record from a person, whatever the role; one that is append-only keeps it."""
    for name, cls in ENTITIES.items():
        if name in FORMS:
            continue
        for role in ROLES:
            actor = Actor(role, role, None, None)
            for verb in ("create", "edit", "delete"):
                assert not may(actor, verb, cls), (name, role, verb)
        with maker.store.writing("system") as session, pytest.raises(NotAllowed):
            create(session, SYSTEM_ACTOR, cls, {})


def test_every_table_lands_as_it_is_stored(store: Store) -> None:
    """One record of everything; then each row in staging equals the one in the store, on both kinds of store."""
    maker = Maker(store)
    for name in FORMS:
        maker.key(name)
    for name in ENTITIES:
        if name not in FORMS:
            references = [str(field.target) for field in ENTITIES[name].__fields__.values() if field.target]
            for target in references:
                maker.key(target)
            with store.writing("system") as session:
                bulk_row(session, maker, name)
    stored = {
        name: stored_rows(store, cls.__table__, [column.name for column in feed_columns(cls)])
        for name, cls in tables_in_feed()
    }
    assert load(store).published  # which may write proposals into the store afterwards
    for name, cls in tables_in_feed():
        columns, expected = [column.name for column in feed_columns(cls)], stored[name]
        assert expected, f"no row of {name}"
        quoted = ", ".join(f'"{column}"' for column in columns)
        assert published(store, f'select {quoted} from staging."{name}" order by id') == expected, name


def test_every_entity_is_of_use_to_somebody() -> None:
    """Whoever may write an entity may read it; everything with a form can be read by some role besides the administrator."""
    for name in KEPT_BY_PEOPLE:
        cls = ENTITIES[name]
        for role in ROLES:
            actor = Actor(role, role, None, None)
            for verb in VERBS[1:]:
                assert not may(actor, verb, cls) or may(actor, "read", cls), (name, role, verb)
        assert [role for role in ROLES if role != "admin" and may(Actor(role, role, None, None), "read", cls)]
