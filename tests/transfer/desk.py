"""A desk for moving files in: a fresh store with a head office, files made on the spot, and what became of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from operational.crud.access import SYSTEM_ACTOR, Actor
from operational.crud.write import create
from operational.entity import entity
from operational.store.session import Store
from operational.transfer.import_file import import_file
from operational.transfer.result import ImportResult

ENGLISH = Actor("system", "admin", None, None, "en")


def accounted(result: ImportResult) -> ImportResult:
    """The result, once every row that was read is seen to have had one fate."""
    fates = (
        result.loaded,
        result.updated,
        result.unchanged,
        result.skipped,
        result.refused,
        result.duplicates,
    )
    assert result.read == sum(fates)
    return result


@dataclass
class Desk:
    """The store and a folder for files."""

    store: Store
    folder: Path

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(
        self,
        name: str,
        content: str | bytes | Path,
        mapping: str | None = None,
        *,
        actor: Actor = ENGLISH,
        **options: Any,
    ) -> ImportResult:
        """Import a file of this content; `mapping` is TOML without its `entity` line."""
        path = content if isinstance(content, Path) else self.file(f"{name}.csv", content)
        if mapping is not None:
            options["mapping"] = self.file("map.toml", f'entity = "{name}"\n{mapping}')
        return accounted(import_file(self.store, actor, name, path, **options))

    def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.store.reading() as session:
            return [tuple(row) for row in session.execute(text(statement), values)]

    def one(self, statement: str, **values: Any) -> Any:
        return self.sql(statement, **values)[0][0]

    def create(self, name: str, lines: Any = None, /, **values: Any) -> None:
        with self.store.writing("system") as session:
            create(session, SYSTEM_ACTOR, entity(name), values, lines)


def rejected(result: ImportResult) -> list[dict[str, str]]:
    """The rows of the rejects file."""
    assert result.rejects is not None
    with result.rejects.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def remarks(result: ImportResult) -> str:
    """Everything that was noted, in English."""
    return "\n".join(remark.text.en for remark in result.warnings)


def furnished(store: Store, folder: Path) -> Desk:
    """A head office and nothing else."""
    desk = Desk(store, folder)
    desk.create("org_unit", code="HQ", name="Head office", kind="head_office")
    return desk


def stocked(desk: Desk) -> Desk:
    """Two items, a customer and a depot more, in one transaction."""
    records: list[tuple[str, dict[str, Any]]] = [
        ("item", {"code": "P1", "name": "Pump", "list_price": "100", "standard_cost": "60"}),
        ("item", {"code": "P2", "name": "Valve", "list_price": "19.9999"}),
        ("customer", {"code": "C1", "name": "Alpha"}),
        ("depot", {"code": "D1", "name": "Main", "org_unit": "HQ"}),
    ]
    with desk.store.writing("system") as session:
        for name, values in records:
            create(session, SYSTEM_ACTOR, entity(name), values)
    return desk
