"""Backup while in use, restore into nothing, and refusals that change nothing."""

from __future__ import annotations

import tarfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from operational.entity import load_entities
from operational.settings import Settings
from operational.store.engine import StoreError, for_writing, place_of
from operational.store.schema import create_schema
from operational.store.session import Store
from operational.store.users import first_administrator
from pipelines.safekeeping import BackupRefused, read_backup, write_backup
from tests.pipelines.conftest import REVENUE, load, revenue


def counts(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return {
            name: session.execute(select(func.count()).select_from(cls.__table__)).scalar_one()
            for name, cls in load_entities().items()
        }


def test_a_sqlite_company_comes_back_whole(sqlite_company: Store, tmp_path: Path) -> None:
    first_administrator(sqlite_company)
    load(sqlite_company)
    documents = sqlite_company.settings.data / "reports" / "r"
    documents.mkdir(parents=True)
    (documents / "a.docx").write_bytes(b"word")
    said = write_backup(sqlite_company, tmp_path / "b.tar.gz")
    assert "key" in said
    settings = Settings(data=tmp_path / "other")
    read_backup(settings, tmp_path / "b.tar.gz")
    assert (settings.data / "reports" / "r" / "a.docx").read_bytes() == b"word"
    assert not list(settings.data.rglob("*.key"))
    restored = Store.open(settings)
    assert counts(restored) == counts(sqlite_company)
    assert revenue(restored) == REVENUE
    assert load(restored).published
    assert revenue(restored) == REVENUE
    restored.close()


def test_a_place_may_have_any_name(tmp_path: Path) -> None:
    place = tmp_path / "100%25 盈客 #1; 'a\"=b"
    store = Store.open(Settings(data=place / "data"))
    create_schema(store.engine)
    first_administrator(store)
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
    assert place_of(store.engine) == str(place / "data" / "store.sqlite")
    load(store)
    write_backup(store, place / "b.tar.gz")
    settings = Settings(data=place / "other")
    read_backup(settings, place / "b.tar.gz")
    restored = Store.open(settings)
    assert counts(restored) == counts(store)
    assert load(restored).published
    for one in (store, restored):
        one.close()


def test_a_backup_is_one_state_while_others_write(sqlite_company: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with for_writing(sqlite_company.engine).begin() as connection:
                for table in ("region", "item"):
                    connection.execute(text(f"INSERT INTO {table} (code, name) VALUES ('X{number}', 'x')"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        write_backup(sqlite_company, tmp_path / "b.tar.gz")
    finally:
        stop.set()
        writer.join()
    settings = Settings(data=tmp_path / "other")
    read_backup(settings, tmp_path / "b.tar.gz")
    restored = Store.open(settings)
    found = counts(restored)
    restored.close()
    assert found["region"] - 2 == found["item"] - 2


def test_a_postgres_company_comes_back_whole(
    postgres_store: Store, postgres_server: object, tmp_path: Path
) -> None:
    from tests.pipelines.conftest import fill

    fill(postgres_store)
    load(postgres_store)
    write_backup(postgres_store, tmp_path / "b.tar.gz")
    server = postgres_server
    server.execute("CREATE DATABASE restored_store")
    settings = Settings(data=tmp_path / "other", store=server.url("restored_store"))
    read_backup(settings, tmp_path / "b.tar.gz")
    restored = Store.open(settings)
    assert counts(restored) == counts(postgres_store)
    assert load(restored).published
    assert revenue(restored) == REVENUE
    with restored.writing("test") as session:
        session.execute(text("INSERT INTO region (code, name) VALUES ('NEW', 'new')"))
    assert load(restored).rows["region"]["new"] == 1
    restored.close()
    server.execute("DROP DATABASE restored_store WITH (FORCE)")


def test_refusals(sqlite_company: Store, tmp_path: Path) -> None:
    backup = tmp_path / "b.tar.gz"
    write_backup(sqlite_company, backup)
    with pytest.raises(BackupRefused, match="not empty"):
        read_backup(sqlite_company.settings, backup)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(backup.read_bytes()[:-200])
    with pytest.raises(BackupRefused):
        read_backup(Settings(data=tmp_path / "one"), broken)
    changed = tmp_path / "changed.tar.gz"
    with tarfile.open(backup) as old, tarfile.open(changed, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            if member.name != "settings.json":
                new.addfile(member, content)
    with pytest.raises(BackupRefused, match="damaged"):
        read_backup(Settings(data=tmp_path / "two"), changed)
    with pytest.raises(StoreError):
        read_backup(Settings(data=tmp_path / "three", store="postgresql://nobody@127.0.0.1:1/none"), backup)
    assert not any((tmp_path / name).exists() for name in ("one", "two", "three"))
