"""Making a store: empty with one organisation unit and an administrator, or with the demonstration company.

What the demonstration company is like stands in operational/demo.
"""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from operational.entity import load_entities
from operational.store.bulk import bulk_insert
from operational.store.schema import create_schema, drop_everything
from operational.store.users import FIRST_LOGIN, first_administrator, list_users
from pipelines.progress import Progress, silent

if TYPE_CHECKING:
    from operational.store.session import Store

ROOT = {"code": ["HQ"], "name": ["总部"], "kind": ["head_office"]}


class HasRecords(Exception):
    """The store is in use; nothing was changed."""

    def __init__(self) -> None:
        self.message = "The store holds records already; add --replace to throw them away and begin anew."
        super().__init__(self.message)


def create_company(
    store: Store,
    *,
    demo: str | None = None,
    seed: int = 1,
    until: date | None = None,
    replace: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Fill a store that is empty, or one to be replaced; the lines to print, one-time passwords among them.

    Raises HasRecords where there are records or logins and `replace` was not asked for.
    """
    if in_use(store):
        if not replace:
            raise HasRecords
        drop_everything(store.engine)
        create_schema(store.engine)
    forget_warehouse(store)
    if demo is None:
        with store.writing("system", "init", "init") as session:
            bulk_insert(session, "org_unit", ROOT)
        return _first_login(store)
    from operational.demo.company import make_company
    from operational.demo.logins import make_logins

    make_company(store, size=demo, seed=seed, until=until, progress=progress)
    lines = [f"{login} ({role}): {password}" for login, role, password in make_logins(store)]
    return [f"The demonstration company ({demo}) is made.", *lines]


def in_use(store: Store) -> bool:
    """Whether anybody can log in or any record is there."""
    if list_users(store):
        return True
    with store.reading() as session:
        return any(
            session.execute(select(func.count()).select_from(cls.__table__)).scalar_one()
            for cls in load_entities().values()
        )


def forget_warehouse(store: Store) -> None:
    """Remove what was published of another company; readers that have a file open keep it until they leave."""
    directory = store.settings.warehouse_directory
    if directory.is_dir():
        shutil.rmtree(directory)


def _first_login(store: Store) -> list[str]:
    password = first_administrator(store)
    return [f"{FIRST_LOGIN} (admin): {password}"] if password else []
