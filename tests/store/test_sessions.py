"""Readers see one state, writers take turns, and what the surroundings refuse is said in a sentence."""

import multiprocessing
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from operational.entity import entity
from operational.settings import Settings
from operational.store import engine
from operational.store.engine import StoreBusy, StoreFull, StoreUnreachable
from operational.store.session import Store

ROUNDS = 10
WRITERS = 8


def test_a_reader_sees_one_state_throughout(store):
    with store.writing("ann") as session:
        session.add(entity("item")(code="a", name="a"))
    with store.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM item")).scalar() == 1
        with store.writing("bob") as session:
            session.add(entity("item")(code="b", name="b"))
        assert reader.execute(text("SELECT count(*) FROM item")).scalar() == 1
    with store.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM item")).scalar() == 2


def test_a_reader_cannot_write(store):
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), store.reading() as session:
        session.execute(text("INSERT INTO item (code, name) VALUES ('a', 'a')"))


def test_a_session_carries_who_why_and_the_time_zone(store):
    with store.writing("ann", "why", "api") as session:
        assert session.info["zone"].key == "Asia/Shanghai"
        assert (session.info["actor"], session.info["reason"], session.info["channel"]) == (
            "ann",
            "why",
            "api",
        )


def take_from_stock(data: Path, url: str) -> None:
    """Read, think, write: safe only where the writer has locked before it read."""
    store = Store.open(Settings(data=data, store=url))
    for _ in range(ROUNDS):
        with store.writing("writer") as session:
            one = session.scalars(select(entity("item")).with_for_update()).one()
            left = one.shelf_life_days
            session.execute(text("UPDATE item SET shelf_life_days = :left"), {"left": left - 1})
    store.close()


def test_eight_writers_at_once_lose_nothing_and_see_no_lock(store):
    with store.writing("ann") as session:
        session.add(entity("item")(code="a", name="a", shelf_life_days=WRITERS * ROUNDS))
    spawn = multiprocessing.get_context("spawn")
    settings = store.settings
    half = WRITERS // 2
    processes = [
        spawn.Process(target=take_from_stock, args=(settings.data, settings.store)) for _ in range(half)
    ]
    threads = [
        threading.Thread(target=take_from_stock, args=(settings.data, settings.store)) for _ in range(half)
    ]
    for one in (*processes, *threads):
        one.start()
    for one in (*processes, *threads):
        one.join()
    assert [one.exitcode for one in processes] == [0] * half
    with store.reading() as session:
        assert session.scalars(select(entity("item").shelf_life_days)).one() == 0
        logged = session.execute(text("SELECT count(*) FROM change_log WHERE op = 'update'")).scalar()
    assert logged == WRITERS * ROUNDS


def test_a_writer_that_waits_too_long_is_told_plainly(store, monkeypatch):
    with store.writing("ann") as session:
        session.add(entity("item")(code="a", name="a"))
    impatient = "SET lock_timeout = 200" if store.is_postgres else "PRAGMA busy_timeout = 200"
    other = Store.open(store.settings)
    connection = other.engine.raw_connection()
    connection.cursor().execute(impatient)
    if store.is_postgres:
        connection.commit()
    connection.close()  # back to the pool, from which the writer below takes it
    with store.writing("ann") as session:
        session.execute(text("UPDATE item SET name = 'b'"))
        started = time.monotonic()
        with pytest.raises(StoreBusy) as refused, other.writing("bob") as waiting:
            waiting.execute(text("UPDATE item SET name = 'c'"))
        assert time.monotonic() - started < 5
    other.close()
    assert "try again" in str(refused.value)
    assert "稍后再试" in refused.value.message.zh


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody:topsecret@127.0.0.1:1/none", "nobody:***@127.0.0.1:1/none cannot be opened"),
        ("mysql://localhost/x", "YINGKE_STORE is no address"),
        ("nonsense", "YINGKE_STORE is no address"),
        ("sqlite://", "YINGKE_STORE is no address"),
    ],
)
def test_a_store_that_cannot_be_reached_is_named_without_its_password(tmp_path, url, said):
    started = time.monotonic()
    with pytest.raises(StoreUnreachable) as refused:
        Store.open(Settings(data=tmp_path, store=url))
    assert said in str(refused.value)
    assert "topsecret" not in str(refused.value)
    assert time.monotonic() - started < 6


def test_a_file_that_is_no_store_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "store.sqlite").write_text("not a database at all, and long enough to be looked at" * 30)
    with pytest.raises(StoreUnreachable, match="is not a database"):
        Store.open(Settings(data=tmp_path))


def test_a_store_that_cannot_be_opened_for_want_of_room_is_told_so(tmp_path, monkeypatch):
    (tmp_path / "store.sqlite").write_text("not a database at all, and long enough to be looked at" * 30)
    monkeypatch.setattr(engine, "LEAST_ROOM", 2**62)  # more than this disk has
    with pytest.raises(StoreFull, match="disk of the store is full"):
        Store.open(Settings(data=tmp_path))


def test_a_full_disk_is_named_and_nothing_is_changed(sqlite_store):
    connection = sqlite_store.engine.raw_connection()
    pages = connection.cursor().execute("PRAGMA page_count").fetchone()[0]
    connection.cursor().execute(f"PRAGMA max_page_count = {pages + 2}")
    connection.close()  # back to the pool, from which the writer below takes it
    with pytest.raises(StoreFull, match="disk of the store is full"), sqlite_store.writing("ann") as session:
        session.add_all([entity("item")(code=f"{number}", name="n" * 400) for number in range(500)])
    with sqlite_store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM item")).scalar() == 0


def test_after_a_lost_connection_one_error_and_then_all_is_well(postgres_store):
    kill = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreUnreachable), postgres_store.reading() as session:
        session.execute(kill)
    for _ in range(3):
        with postgres_store.writing("ann") as session:
            session.execute(select(1))


def test_an_acknowledged_write_survives_the_death_of_its_process(store):
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Event()
    process = spawn.Process(target=write_and_hang, args=(store.settings.data, store.settings.store, gate))
    process.start()
    assert gate.wait(30)
    process.kill()
    process.join()
    with store.writing("bob") as session:  # the dead writer's lock is gone
        codes = session.scalars(select(entity("item").code)).all()
    assert codes == ["acknowledged"]


def write_and_hang(data: Path, url: str, gate) -> None:
    """Commit one row, begin another, and never come back."""
    store = Store.open(Settings(data=data, store=url))
    with store.writing("ann") as session:
        session.add(entity("item")(code="acknowledged", name="a"))
    with store.writing("ann") as session:
        session.add(entity("item")(code="half", name="b"))
        session.flush()
        gate.set()
        time.sleep(60)
