"""How often a password may be tried on one login, whoever tries and whether or not the login exists.

The check of the password itself stands in users.py.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, String, Table, delete, select, update
from sqlalchemy.orm import Session

from operational.entity import Base
from operational.field import Moment
from operational.store.engine import StoreError
from operational.store.session import Store
from operational.store.tables import insert_unless_there

# Five trials at once, then one a minute: at most 20 in 15 minutes, nobody is locked out for good, and
# whoever comes after an attack waits no longer than a minute.
AT_ONCE = 5
EVERY = timedelta(minutes=1)

# By the hash of what was typed, so that names that do not exist are held back like those that do.
login_trial = Table(
    "login_trial",
    Base.metadata,
    Column("name_digest", String(64), primary_key=True),
    Column("used_until", Moment(), nullable=False),  # every trial moves it on by EVERY
)


class LoginThrottled(StoreError):
    """Too many passwords were tried on one login; `seconds` until the next may be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"密码尝试次数过多，请在 {seconds} 秒后再试。",
            f"Too many passwords were tried; please try again in {seconds} seconds.",
        )
        self.seconds = seconds


def take_trial(store: Store, login: str) -> None:
    """Count one trial before the password is looked at; LoginThrottled where none is left."""
    now, name = datetime.now(UTC), _digest(login)
    with store.bookkeeping() as session:
        session.execute(delete(login_trial).where(login_trial.c.used_until < now))
        insert_unless_there(session, login_trial, {"name_digest": name, "used_until": now})
        this = login_trial.c.name_digest == name
        used_until = session.execute(
            select(login_trial.c.used_until).where(this).with_for_update()
        ).scalar_one()
        wait = used_until + EVERY - now - AT_ONCE * EVERY
        if wait > timedelta(0):
            raise LoginThrottled(math.ceil(wait.total_seconds()))
        session.execute(update(login_trial).where(this).values(used_until=used_until + EVERY))


def give_trial_back(session: Session, login: str) -> None:
    """A right password costs no trial."""
    this = login_trial.c.name_digest == _digest(login)
    used_until = session.execute(select(login_trial.c.used_until).where(this).with_for_update()).scalar()
    if used_until is not None:
        session.execute(update(login_trial).where(this).values(used_until=used_until - EVERY))


def _digest(login: str) -> str:
    return hashlib.sha256(login.strip().casefold().encode()).hexdigest()
