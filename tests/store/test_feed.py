"""The feed never misses a change, whatever the order of commits, and never expands a range."""

import datetime
import threading

import pytest
from sqlalchemy import insert, text

from operational.entity import entity, load_entities
from operational.store.bulk import bulk_insert
from operational.store.engine import for_writing
from operational.store.feed import (
    FeedRestarted,
    Position,
    TableChanges,
    changes,
    feed_columns,
    head,
    restart,
    rows_in_log,
)
from operational.store.tables import change_log

BEGINNING = Position("")


def read(store, after=BEGINNING):
    """What was touched since, and the position to go on from."""
    with store.reading() as session:
        until = head(session.connection())
        return changes(session.connection(), after, until), until


def add(session, code):
    session.add(entity("item")(code=code, name=code))
    session.flush()


def test_changes_come_once_and_in_merged_form(store):
    with store.writing("ann") as session:
        for code in "abc":
            add(session, code)
        session.execute(text("UPDATE item SET name = 'x' WHERE id = 2"))
        add(session, "d")
        session.execute(text("DELETE FROM item WHERE id = 3"))
    touched, here = read(store)
    assert touched == [TableChanges("item", [(1, 4)], [])]
    assert read(store, here)[0] == []
    with store.writing("ann") as session:
        session.execute(text("UPDATE item SET name = 'y' WHERE id IN (1, 4)"))
        session.add(entity("region")(code="R", name="r"))
    assert read(store, here)[0] == [TableChanges("item", [], [1, 4]), TableChanges("region", [], [1])]


def test_ranges_swallow_ids_and_stay_ranges(store):
    spans = [(10, 2_000_000_000), (7, 7), (500, 500), (9, 9), (3_000_000_000, 3_000_000_000)]
    now = datetime.datetime.now(datetime.UTC)
    with for_writing(store.engine).begin() as connection:
        for first, last in spans:
            row = {
                "entity": "order_line",
                "first_id": first,
                "last_id": last,
                "op": "insert",
                "changed_at": now,
            }
            connection.execute(insert(change_log).values(row))
    assert read(store)[0] == [TableChanges("order_line", [(9, 2_000_000_000)], [7, 3_000_000_000])]


def test_a_bulk_insert_counts_as_one_row_of_the_log(store):
    _, here = read(store)
    with store.writing("ann") as session:
        bulk_insert(session, "item", {"code": list("abcdef"), "name": list("abcdef")})
    touched, there = read(store, here)
    assert touched == [TableChanges("item", [(1, 6)], [])]
    with store.reading() as session:
        assert rows_in_log(session.connection(), here, there) == 1


def test_a_transaction_that_numbers_early_and_commits_late_is_not_lost(postgres_store):
    """T1 takes a number, T2 the next and commits; a reader comes; T1 commits; the reader comes again."""
    store = postgres_store
    engine = for_writing(store.engine)
    early = engine.connect()
    transaction = early.begin()
    early.execute(text("INSERT INTO item (code, name) VALUES ('early', 'early')"))
    with store.writing("late") as session:
        add(session, "late")
    with store.reading() as session:
        by_number = session.execute(text("SELECT max(seq) FROM change_log")).scalar_one()
    first, here = read(store)
    transaction.commit()
    early.close()
    with store.reading() as session:
        missed = session.execute(text("SELECT entity FROM change_log WHERE seq > :n"), {"n": by_number}).all()
    second, _ = read(store, here)
    assert missed == [], "a watermark of numbers must lose the early row here, or this test shows nothing"
    assert first == []
    assert second == [TableChanges("item", [(1, 2)], [])]


def test_nothing_is_lost_or_torn_under_concurrent_writers(store):
    """Four writers commit in any order while a reader goes from position to position."""

    def write(letter):
        for number in range(40):
            with store.writing(letter) as session:
                add(session, f"{letter}{number}")

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    seen, here = [], BEGINNING
    while any(thread.is_alive() for thread in threads):
        touched, here = read(store, here)
        seen += [one for change in touched for one in ids_of(change)]
    for thread in threads:
        thread.join()
    seen += [one for change in read(store, here)[0] for one in ids_of(change)]
    assert len(seen) == len(set(seen)) == 160


def ids_of(change):
    return [*change.ids, *(one for first, last in change.ranges for one in range(first, last + 1))]


def test_a_position_of_another_or_restored_store_is_refused(store):
    with store.writing("ann") as session:
        add(session, "a")
    _, here = read(store)
    identity, place, *_ = here.value.split(":")
    for wrong in (f"other:{place}", f"{identity}:{int(place) + 1000}"):
        with pytest.raises(FeedRestarted):
            read(store, Position(wrong))


def test_after_a_restart_everything_is_delivered_from_the_beginning(store):
    with store.writing("ann") as session:
        add(session, "a")
    _, here = read(store)
    with for_writing(store.engine).begin() as connection:
        restart(connection)
    with pytest.raises(FeedRestarted):
        read(store, here)
    assert read(store)[0] == [TableChanges("item", [], [1])]


def test_private_and_bookkeeping_columns_never_leave():
    names = {name: [one.name for one in feed_columns(cls)] for name, cls in load_entities().items()}
    assert "email" not in names["customer"]
    assert "comment" not in names["state_change"]
    assert not {"version", "created_by", "updated_at"} & set(names["customer"])


def test_columns_say_their_kind_and_decimals():
    columns = {one.name: (one.kind, one.decimals) for one in feed_columns(entity("order").__lines__)}
    assert columns["id"] == ("id", None)
    assert columns["order_id"] == columns["item_id"] == ("link", None)
    assert columns["line_no"] == ("integer", None)
    assert columns["quantity"] == ("quantity", 6)
    assert columns["unit_price"] == ("money", 4)
