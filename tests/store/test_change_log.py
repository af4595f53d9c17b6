"""Every change is in the log, by whatever way it came, with who, why and what was there before."""

import json
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from operational.entity import entity, load_entities
from operational.store.changelog import is_append_only
from operational.store.engine import for_writing
from operational.store.tables import change_context
from tests.store.conftest import add_row, feed_tables, log_of, value_of

MUTABLE = [name for name in feed_tables() if not is_append_only(name)]
APPEND_ONLY = [name for name in feed_tables() if is_append_only(name)]


@contextmanager
def written_plainly(path):
    """A connection of the database's own driver: committed at the end, and closed."""
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def image(row):
    """The `before` of a log row: SQLite gives JSON's text, PostgreSQL's driver the value."""
    return json.loads(row.before) if isinstance(row.before, str) else row.before


def changeable(table):
    """A column whose change is a change of the record."""
    return next(
        column for column in table.columns
        if column.info.get("field") and not column.foreign_keys and column.info["field"].kind != "flag"
    )  # fmt: skip


def test_insert_update_and_delete_of_every_table_are_logged(store, plain_sql, tables, subtests):
    for name in MUTABLE:
        with subtests.test(table=name):
            assert_logged(store, plain_sql, tables[name])


def assert_logged(store, plain_sql, table):
    with plain_sql() as connection:
        one = add_row(connection, table)
    column = changeable(table)
    with plain_sql() as connection:
        connection.execute(update(table).where(table.c.id == one).values({column: value_of(column.type)}))
    with plain_sql() as connection:
        connection.execute(delete(table).where(table.c.id == one))
    inserted, updated, deleted = [row for row in log_of(store, table.name) if row.first_id == one]
    assert [inserted.op, updated.op, deleted.op] == ["insert", "update", "delete"]
    assert inserted.before is None
    assert set(image(updated)) == set(table.columns.keys())
    assert image(updated)["id"] == image(deleted)["id"] == one
    assert image(updated)[column.name] != image(deleted)[column.name]
    assert {row.context_id for row in (inserted, updated, deleted)} == {None}


def test_rows_of_append_only_entities_are_neither_changed_nor_deleted(store, plain_sql, tables, subtests):
    for name in APPEND_ONLY:
        with subtests.test(table=name):
            assert_kept(store, plain_sql, tables[name])


def assert_kept(store, plain_sql, table):
    with plain_sql() as connection:
        one = add_row(connection, table)
    column = changeable(table)
    for statement in (update(table).values({column: value_of(column.type)}), delete(table)):
        with pytest.raises(DBAPIError, match=f"{table.name} is append-only"), plain_sql() as connection:
            connection.execute(statement)
    assert [row.op for row in log_of(store, table.name) if row.first_id == one] == ["insert"]


@pytest.mark.parametrize("statement", ["UPDATE change_log SET op = 'delete'", "DELETE FROM change_log"])
def test_the_log_itself_is_append_only(store, plain_sql, tables, statement):
    with plain_sql() as connection:
        add_row(connection, tables["item"])
    with pytest.raises(DBAPIError, match="change_log is append-only"), plain_sql() as connection:
        connection.execute(text(statement))


def test_who_why_and_channel_come_from_the_writing_layer(store):
    with store.writing("ann", "price list 2027", "import") as session:
        session.add(entity("item")(code="A", name="a"))
    with store.reading() as session:
        contexts = session.execute(change_context.select()).all()
    assert [(one.actor, one.reason, one.channel) for one in contexts] == [
        ("ann", "price list 2027", "import")
    ]
    assert contexts[0].at.tzinfo is not None
    assert [row.context_id for row in log_of(store)] == [contexts[0].id]


def test_plain_sql_after_a_written_change_is_from_outside(store, plain_sql, tables):
    with store.writing("ann") as session:
        session.add(entity("item")(code="A", name="a"))
    with plain_sql() as connection:
        add_row(connection, tables["item"])
    assert [row.context_id is None for row in log_of(store)] == [False, True]


def test_an_error_leaves_neither_record_nor_log_nor_context(store):
    with pytest.raises(IntegrityError), store.writing("ann") as session:
        session.execute(insert(entity("item")), [{"code": "A", "name": "a"}, {"code": "A", "name": "b"}])
    assert log_of(store) == []
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM item")).scalar() == 0
        assert session.execute(text("SELECT count(*) FROM change_context")).scalar() == 0
        assert session.execute(text("SELECT count(*) FROM current_context")).scalar() == 0


def test_lines_that_a_deleted_document_takes_along_are_logged(store, plain_sql, tables):
    with plain_sql() as connection:
        line = add_row(connection, tables["order_line"])
        document = connection.execute(text("SELECT order_id FROM order_line")).scalar_one()
    with store.writing("ann") as session:
        session.execute(delete(tables["order"]).where(tables["order"].c.id == document))
    gone = [(row.entity, row.first_id) for row in log_of(store) if row.op == "delete"]
    assert sorted(gone) == [("order", document), ("order_line", line)]
    assert all(row.context_id for row in log_of(store) if row.op == "delete")


def test_an_update_that_changes_nothing_of_the_record_is_not_logged(store, plain_sql, tables):
    item = tables["item"]
    with plain_sql() as connection:
        add_row(connection, item)
        connection.execute(update(item).values(name=item.c.name))
        connection.execute(update(item).values(version=item.c.version + 1, updated_by="ann"))
    assert [row.op for row in log_of(store, "item")] == ["insert"]


def test_a_change_to_or_from_empty_is_logged(store, plain_sql, tables):
    item = tables["item"]
    with plain_sql() as connection:
        add_row(connection, item)
        connection.execute(update(item).values(brand="x"))
        connection.execute(update(item).values(brand=None))
    assert [row.op for row in log_of(store, "item")] == ["insert", "update", "update"]


def test_one_statement_on_many_rows_is_logged_row_by_row(store, plain_sql, tables):
    item = tables["item"]
    with plain_sql() as connection:
        connection.execute(insert(item), [{"code": str(number), "name": "n"} for number in range(50)])
        connection.execute(update(item).where(item.c.id <= 30).values(name="m"))
        connection.execute(delete(item).where(item.c.id > 40))
    ops = [row.op for row in log_of(store, "item")]
    assert [ops.count(op) for op in ("insert", "update", "delete")] == [50, 30, 10]


def test_a_changed_id_is_a_delete_and_an_insert_or_touches_both(store, plain_sql, tables):
    item = tables["item"]
    with plain_sql() as connection:
        one = add_row(connection, item)
        connection.execute(update(item).values(id=one + 100))
    assert {row.first_id for row in log_of(store, "item")} == {one, one + 100}


def test_a_raw_driver_connection_is_seen(store):
    url = store.engine.url
    statement = "INSERT INTO item (code, name) VALUES ('x', 'outside')"
    if store.is_postgres:
        with psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as connection:
            connection.execute(statement)
    else:
        with written_plainly(url.database) as connection:
            connection.execute(statement)
    assert [(row.entity, row.op, row.context_id) for row in log_of(store)] == [("item", "insert", None)]


def test_a_search_path_of_ones_own_does_not_hide_the_log(postgres_store):
    url = postgres_store.engine.url.set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = ''")
        connection.execute("INSERT INTO public.item (code, name) VALUES ('x', 'outside')")
    assert len(log_of(postgres_store)) == 1


def test_truncation_is_logged_as_deletes(postgres_store, tables):
    with for_writing(postgres_store.engine).begin() as connection:
        add_row(connection, tables["order_line"])
        connection.execute(text('TRUNCATE "order" CASCADE'))
    gone = [(row.entity, row.before["id"]) for row in log_of(postgres_store) if row.op == "delete"]
    assert sorted(gone) == [("order", 1), ("order_line", 1)]


def test_a_row_that_plain_sql_replaces_by_its_key_is_touched(sqlite_store):
    path = sqlite_store.engine.url.database
    with written_plainly(path) as connection:
        connection.execute("INSERT INTO item (code, name) VALUES ('x', 'old')")
    with written_plainly(path) as connection:
        connection.execute("INSERT OR REPLACE INTO item (code, name) VALUES ('x', 'new')")
    touched = {row.first_id: image(row) for row in log_of(sqlite_store, "item")}
    assert set(touched) == {1, 2}
    assert touched[1]["name"] == "old"


def test_an_append_only_row_cannot_be_replaced(sqlite_store):
    path = sqlite_store.engine.url.database
    with written_plainly(path) as connection:
        connection.execute("INSERT INTO item (code, name) VALUES ('x', 'old')")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(
                "INSERT OR REPLACE INTO change_log (seq, entity, first_id, last_id, op, changed_at) "
                "VALUES (1, 'item', 9, 9, 'insert', '2026-01-01 00:00:00.000000')"
            )


def test_an_id_is_never_given_again(store, plain_sql, tables):
    with plain_sql() as connection:
        first = add_row(connection, tables["item"])
        connection.execute(delete(tables["item"]))
        assert add_row(connection, tables["item"]) > first


def test_all_entities_are_covered():
    assert {"order", "order_line", "customer", "stock_movement"} <= set(feed_tables())
    assert set(APPEND_ONLY) == {"stock_movement", "state_change"} <= set(load_entities())
