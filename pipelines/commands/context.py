"""What all commands share: exit codes, the open store, who acts, and how results are printed.

No command stands here, and nothing that a page or a schedule would need.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from operational.crud.access import Actor
    from operational.settings import Settings
    from operational.store.session import Store

DONE, PARTLY, USAGE, FAILED = 0, 1, 2, 3
_login: ContextVar[str | None] = ContextVar("login", default=None)
_language: ContextVar[str | None] = ContextVar("language", default=None)


def act_as(login: str | None) -> None:
    """Whom the commands of this call act as; None is the administrator of the local data directory."""
    _login.set(login)
    _language.set(None)


def language() -> str:
    """Of what is told about records: that of the login which acts, else that of the terminal, 'zh' or 'en'."""
    said = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    terminal = next((one for one in said if one), "")
    return _language.get() or ("zh" if terminal.startswith("zh") else "en")


class CommandFailed(Exception):
    """A command could not be done; the text is the sentence for the person, nothing was changed."""

    def __init__(self, sentence: str, exit_code: int = FAILED) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def settings() -> Settings:
    """The settings of this call, read from the environment now."""
    from operational.settings import Settings

    return Settings()


def make_place(chosen: Settings) -> None:
    """The data directory, and while it is still empty, the secret key beside it."""
    from operational.store.key import secret_key

    try:
        chosen.data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise CommandFailed(
            f"The data directory {chosen.data} cannot be made ({problem.strerror}); name another with --data."
        ) from problem
    secret_key(chosen)


@contextmanager
def opened(*, must_exist: bool = True) -> Iterator[Store]:
    """The store, its schema brought up to date; refuses plainly where none was made yet."""
    from operational.store.schema import create_schema, is_created
    from operational.store.session import Store

    chosen = settings()
    if must_exist and not chosen.store and not (chosen.data / "store.sqlite").exists():
        raise CommandFailed(f"There is no store in {chosen.data} yet; make one with: yingke init")
    store = Store.open(chosen)
    try:
        if must_exist and not is_created(store.engine):
            raise CommandFailed("The store is empty; make it with: yingke init")
        create_schema(store.engine)
        yield store
    finally:
        store.close()


def acting(store: Store) -> Actor:
    """Who this command acts as: the login of --as, else the administrator of the local data directory."""
    from operational.crud.access import SYSTEM_ACTOR, actor_of

    login = _login.get()
    if login is None:
        return replace(SYSTEM_ACTOR, language=language())
    with store.reading() as session:
        actor = actor_of(session, login)
    if actor is None:
        raise CommandFailed(f"There is no login '{login}', or it is disabled; see: yingke user list", USAGE)
    _language.set(actor.language)
    return actor


def require_role(store: Store, what: str, *roles: str) -> None:
    """Refuse plainly where who acts has none of these roles; `what` follows 'Only … may'."""
    if acting(store).role not in roles:
        raise CommandFailed(f"Only {' or '.join(roles)} may {what}; act as one with --as LOGIN.")


def plain(value: Any) -> Any:
    """A value as JSON can hold it: decimals stay numbers with all their digits."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=1))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A plain text table; wide Chinese characters count two."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(
            isinstance(row[index], (int, float, Decimal)) or row[index] is None for row in rows
        )
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console = Console()
    console.print(table, width=None if console.is_terminal else 240)


def told(wanted: bool | None) -> Any:
    """A callback (what, done, total) that keeps one line up to date on a terminal, or None."""
    import sys

    if wanted is False or (wanted is None and not sys.stderr.isatty()):
        return None

    def show(what: str, done: int = 0, total: int = 0) -> None:
        share = f" {done:,} / {total:,}" if total else ""
        sys.stderr.write(f"\r\x1b[2K{what}{share}")
        sys.stderr.flush()

    return show
