"""The schema follows the declarations: made once, added to, repaired, never doing harm to what is there."""

import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import Engine, inspect, text

from operational.entity import Base, entity
from operational.settings import Settings
from operational.store.engine import for_writing
from operational.store.feed import FeedRestarted, Position, TableChanges, changes, head
from operational.store.schema import create_schema, drop_everything, is_created, is_current
from operational.store.session import Store
from tests.store.conftest import log_of


@pytest.fixture(params=["sqlite", "postgres"])
def new_store(request, tmp_path):
    """A store without a schema, of each kind."""
    url = request.getfixturevalue("new_postgres_database") if request.param == "postgres" else ""
    store = Store.open(Settings(data=tmp_path / "data", store=url))
    yield store
    store.close()


def in_another_process(store: Store, program: str, count: int = 1) -> list[str]:
    """What programs with `store` and `create_schema` in reach print, run at the same time."""
    start = f"""
        from pathlib import Path
        from operational.settings import Settings
        from operational.store.schema import create_schema, is_current
        from operational.store.session import Store
        store = Store.open(Settings(data=Path({str(store.settings.data)!r}), store={store.settings.store!r}))
    """
    source = textwrap.dedent(start) + textwrap.dedent(program)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    answers = []
    for process in running:
        printed, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        answers.append(printed.strip())
    return answers


def test_a_schema_is_made_once(new_store):
    assert not is_created(new_store.engine)
    create_schema(new_store.engine)
    assert is_created(new_store.engine)
    assert is_current(new_store.engine)
    with new_store.reading() as session:
        tables = set(inspect(session.connection()).get_table_names())
    assert set(Base.metadata.tables) <= tables


def test_processes_that_start_at_once_take_turns(new_store):
    assert (
        in_another_process(new_store, "create_schema(store.engine); print(is_current(store.engine))", 4)
        == ["True"] * 4
    )


ADD_FIELDS = """
    from decimal import Decimal
    from sqlalchemy.orm import mapped_column
    from operational import field
    from operational.entity import Base, entity
    item = entity("item")
    item.colour = field.choice("颜色", "Colour", {"red": ("红", "Red"), "it's": ("它", "It's")}, default="it's")
    item.fragile = field.flag("易碎", "Fragile")
    item.weight = field.quantity("重量", "Weight", required=True)
    item.deposit = field.money("押金", "Deposit", default=Decimal("1.5"), required=True)
    item.maker_id = field.link("customer", "厂家", "Maker")
    item.seen_on = field.date("日期", "Seen on", default="today", index=True)
    create_schema(store.engine)
    print(is_current(store.engine))
"""


def test_a_store_of_before_gains_new_fields_with_their_defaults(new_store):
    create_schema(new_store.engine)
    with new_store.writing("ann") as session:
        session.add_all([entity("item")(code="a", name="a"), entity("item")(code="b", name="b")])
        customer = entity("customer")(code="c", name="c")
        session.add(customer)
    with new_store.reading() as session:
        here = head(session.connection())
    assert in_another_process(new_store, ADD_FIELDS) == ["True"]
    with for_writing(new_store.engine).begin() as connection:
        row = connection.execute(text("SELECT * FROM item WHERE code = 'a'")).mappings().one()
        assert (row["colour"], row["fragile"], row["weight"], row["deposit"]) == ("it's", False, None, 15_000)
        assert (row["maker_id"], row["seen_on"]) == (None, None)
        inspector = inspect(connection)
        assert ["maker_id"] in [key["constrained_columns"] for key in inspector.get_foreign_keys("item")]
        assert {"ix_item_maker_id", "ix_item_seen_on"} <= {
            index["name"] for index in inspector.get_indexes("item")
        }
        until = head(connection)
        assert changes(connection, here, until) == [TableChanges("item", [(1, 2)], [])]
    with new_store.writing("bob") as session:
        session.execute(text("UPDATE item SET maker_id = 1, weight = 5 WHERE code = 'b'"))
    last = log_of(new_store, "item")[-1]
    assert (last.op, last.first_id) == ("update", 2)
    assert "deposit" in str(last.before)
    assert "weight" in str(last.before)


@pytest.mark.parametrize("name", ["log_order_update", "log_order_line_delete"])
def test_a_missing_trigger_is_made_again_at_the_next_start(new_store, name):
    create_schema(new_store.engine)
    table = name.removeprefix("log_").rsplit("_", 1)[0]
    with for_writing(new_store.engine).begin() as connection:
        on = f' ON "{table}"' if new_store.is_postgres else ""
        connection.execute(text(f'DROP TRIGGER "{name}"{on}'))
    assert not is_current(new_store.engine)
    create_schema(new_store.engine)
    assert is_current(new_store.engine)


def test_a_revision_runs_once_before_the_additions(new_store, tmp_path, monkeypatch):
    create_schema(new_store.engine)
    with new_store.writing("ann") as session:
        session.add(entity("item")(code="a", name="old"))
    with new_store.reading() as session:
        here = head(session.connection())
    revisions = tmp_path / "versions"
    revisions.mkdir()
    (revisions / "r0001_baseline.py").write_text(
        "revision = 'r0001'\ndown_revision = None\ndef upgrade(): pass\n"
    )
    (revisions / "r0002_rename.py").write_text(
        textwrap.dedent("""
        from alembic import op
        revision, down_revision = "r0002", "r0001"
        def upgrade():
            with op.batch_alter_table("item") as item:
                item.drop_column("brand")
            op.execute("UPDATE item SET name = name || '!'")
    """)
    )
    monkeypatch.setattr("operational.store.schema.REVISIONS", revisions)
    create_schema(new_store.engine)
    create_schema(new_store.engine)
    with pytest.raises(FeedRestarted), new_store.reading() as session:
        changes(session.connection(), here, head(session.connection()))
    with new_store.reading() as session:
        assert session.execute(text("SELECT name, brand FROM item")).all() == [("old!", None)]
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "r0002"
    assert is_current(new_store.engine)


def test_an_emptied_store_is_another_store(new_store):
    create_schema(new_store.engine)
    with new_store.writing("ann") as session:
        session.add(entity("item")(code="a", name="a"))
    with new_store.reading() as session:
        before = head(session.connection()).value.partition(":")[0]
    drop_everything(new_store.engine)
    assert not is_created(new_store.engine)
    create_schema(new_store.engine)
    with new_store.reading() as session:
        now = head(session.connection())
        assert now.value.partition(":")[0] != before
        assert changes(session.connection(), Position(""), now) == []


def test_a_log_copied_from_another_server_is_delivered_from_the_beginning(new_postgres_database, tmp_path):
    store = Store.open(Settings(data=tmp_path / "data", store=new_postgres_database))
    create_schema(store.engine)
    with store.writing("ann") as session:
        session.add(entity("item")(code="a", name="a"))
    with for_writing(store.engine).begin() as connection:
        connection.execute(text("ALTER TABLE change_log DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE change_log SET xid = '9000000000'"))
        connection.execute(text("ALTER TABLE change_log ENABLE TRIGGER USER"))
    create_schema(store.engine)
    with store.reading() as session:
        assert changes(session.connection(), Position(""), head(session.connection())) == [
            TableChanges("item", [], [1])
        ]
    store.close()


def test_the_check_at_every_start_writes_nothing(sqlite_store):
    engine: Engine = sqlite_store.engine
    with sqlite_store.writing("ann"):
        create_schema(engine)  # would wait for the writer's lock if it had to write
