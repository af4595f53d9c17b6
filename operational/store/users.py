"""People who may log in: their role, place and preferences, and the only ways in, by password or by token.

Password rules and hashing stand in passwords.py, what a role may do in operational/crud/access.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, false, func, insert, select, update
from sqlalchemy.orm import Session

from operational.entity import entity
from operational.store import passwords
from operational.store.access_log import note_access
from operational.store.engine import StoreError
from operational.store.login_tables import login_table, token_table
from operational.store.login_trials import give_trial_back, take_trial
from operational.store.session import Store

ROLES = (
    "admin", "branch_manager", "sales", "sales_manager", "service", "service_manager", "warehouse",
    "warehouse_manager", "dispatcher", "marketing", "marketing_manager", "finance", "finance_manager",
    "contracts", "projects", "analyst", "executive", "auditor", "dealer",
)  # fmt: skip
OUTSIDE = ("dealer",)  # people of other companies, who are never at our root unless somebody says so
FIRST_LOGIN = "admin"
PREFERENCES = ("language", "theme")


class UserRefused(StoreError):
    """A login that cannot be made or changed as asked."""


@dataclass(frozen=True)
class Login:
    """Somebody who may log in; `org_unit` and `person` are their codes.

    A session or cookie keeps `login` and `session_epoch`: it ends when the epoch has moved on.
    """

    login: str
    role: str
    org_unit_id: int | None
    person_id: int | None
    language: str
    theme: str
    disabled: bool
    must_change: bool
    session_epoch: int
    org_unit: str | None
    person: str | None


def first_administrator(store: Store) -> str | None:
    """Make the login `admin` if nobody can log in yet; its one-time password, to be printed once, or None."""
    with store.reading() as session:
        if session.execute(select(func.count()).select_from(login_table)).scalar_one():
            return None
    return add_user(store, FIRST_LOGIN, role="admin")


def add_user(
    store: Store,
    login: str,
    *,
    role: str,
    org_unit: str | None = None,
    person: str | None = None,
    password: str | None = None,
    by: str = "system",
) -> str:
    """Let somebody log in, at an organisation unit (by code; the root by default); the password.

    Who is from outside gets no unit by default, and so sees nothing before one is named. Without a password a one-time password is made, which must be changed at the first login.
    Raises UserRefused for a name, role, unit or person that cannot be, PasswordRefused for the password.
    """
    chosen = password if password is not None else passwords.one_time_password()
    if not login or not login.isprintable() or any(map(str.isspace, login)) or len(login) > 80:
        raise UserRefused(
            "登录名须为 1 到 80 个可见字符，不含空格。", "A login has 1 to 80 visible characters, no space."
        )
    _check_role(role)
    if password is not None:
        passwords.check_rules(password, login)
    hashed = passwords.hash_password(chosen)
    with store.bookkeeping() as session:
        alike = func.lower(login_table.c.login) == login.lower()
        if session.execute(select(login_table.c.id).where(alike)).first() is not None:
            raise UserRefused(f"登录名 {login} 已存在。", f"The login {login} exists already.")
        values = {
            "login": login,
            "password_hash": hashed,
            "must_change": password is None,
            "role": role,
            "org_unit_id": _place(session, role)
            if org_unit is None
            else _id_of(session, "org_unit", org_unit),
            "person_id": None if person is None else _id_of(session, "person", person),
            "created_at": datetime.now(UTC),
        }
        session.execute(insert(login_table).values(values))
        note_access(session, by, "user added", f"{login}, {role}")
    return chosen


def set_password(store: Store, login: str, password: str | None = None, by: str = "system") -> str:
    """Give a login a new password, or a one-time one, and end its sessions; the password."""
    chosen = password if password is not None else passwords.one_time_password()
    if password is not None:
        passwords.check_rules(password, login)
    hashed = passwords.hash_password(chosen)
    _change(store, login, by, "password set", password_hash=hashed, must_change=password is None)
    return chosen


def change_user(
    store: Store, login: str, *, role: str | None = None, disabled: bool | None = None, by: str = "system"
) -> None:
    """Change a login's role or close it, and end its sessions; UserRefused for the last administrator."""
    if role is not None:
        _check_role(role)
    if disabled or role not in (None, "admin"):
        _keep_an_administrator(store, login)
    changes = {
        name: value for name, value in {"role": role, "disabled": disabled}.items() if value is not None
    }
    _change(store, login, by, ", ".join(f"{name} {value}" for name, value in changes.items()), **changes)


def end_sessions(store: Store, login: str) -> None:
    """End every session of a login, as logging out does."""
    _change(store, login, login, "sessions ended")


def set_preference(store: Store, login: str, name: str, value: str) -> None:
    """Keep a login's `language` ('zh', 'en') or `theme` ('auto', 'light', 'dark')."""
    if name not in PREFERENCES:
        raise ValueError(f"there is no preference '{name}'")
    with store.bookkeeping() as session:
        session.execute(update(login_table).where(login_table.c.login == login).values({name: value}))


def list_users(store: Store) -> list[Login]:
    """Everybody who may log in or might, by name."""
    with store.reading() as session:
        return [_login(row) for row in session.execute(_logins().order_by(login_table.c.login))]


def find_login(session: Session, login: str) -> Login | None:
    """The login of that name, disabled or not; None if there is none."""
    row = session.execute(_logins().where(login_table.c.login == login)).one_or_none()
    return None if row is None else _login(row)


def check_password(store: Store, login: str, password: str) -> Login | None:
    """Who logs in with this password; None where name, password or both are wrong or the login is disabled.

    Every answer takes the time of one hash. Raises LoginThrottled beyond 20 trials in 15 minutes.
    """
    take_trial(store, login)
    with store.reading() as session:
        found = find_login(session, login)
        row = _row(session, login)
    right = passwords.matches(None if row is None else row.password_hash, password[: passwords.LONGEST + 1])
    admitted = right and found is not None and not found.disabled
    with store.bookkeeping() as session:
        note_access(session, login, "logged in" if admitted else "login refused")
        if admitted:
            give_trial_back(session, login)
    return found if admitted else None


def login_of_session(session: Session, login: str, epoch: int) -> Login | None:
    """Who a session belongs to; None where it has ended or the login is disabled."""
    found = find_login(session, login)
    return found if found is not None and not found.disabled and found.session_epoch == epoch else None


def new_token(store: Store, login: str, by: str = "system") -> str:
    """A bearer token of a login, shown this once: the store keeps only its digest."""
    token = f"yk_{secrets.token_urlsafe(32)}"
    with store.bookkeeping() as session:
        row = _row(session, login)
        if row is None:
            raise _unknown(login)
        session.execute(
            insert(token_table).values(login_id=row.id, digest=_digest(token), created_at=datetime.now(UTC))
        )
        note_access(session, by, "token made", login)
    return token


def revoke_tokens(store: Store, login: str) -> int:
    """Make every token of a login worthless; how many there were."""
    owner = select(login_table.c.id).where(login_table.c.login == login).scalar_subquery()
    with store.bookkeeping() as session:
        gone = delete(token_table).where(token_table.c.login_id == owner).returning(token_table.c.id)
        return len(session.execute(gone).all())


def login_of_token(session: Session, token: str) -> Login | None:
    """Who a bearer token belongs to; None where it is unknown or the login is disabled."""
    owner = select(token_table.c.login_id).where(token_table.c.digest == _digest(token)).scalar_subquery()
    row = session.execute(_logins().where(login_table.c.id == owner)).one_or_none()
    return None if row is None or row.disabled else _login(row)


def _login(row: Row[Any]) -> Login:
    return Login(**row._mapping)


def _logins() -> Select[Any]:
    """Logins with the codes of their unit and person."""
    unit, person = entity("org_unit").__table__, entity("person").__table__
    held = [login_table.c[one.name] for one in fields(Login) if one.name in login_table.c]
    return (
        select(*held, unit.c.code.label("org_unit"), person.c.code.label("person"))
        .outerjoin(unit, unit.c.id == login_table.c.org_unit_id)
        .outerjoin(person, person.c.id == login_table.c.person_id)
    )


def _row(session: Session, login: str) -> Row[Any] | None:
    return session.execute(select(login_table).where(login_table.c.login == login)).one_or_none()


def _change(store: Store, login: str, by: str, event: str, **values: Any) -> None:
    """Change a login, end its sessions, and note who did what."""
    with store.bookkeeping() as session:
        found = session.execute(
            update(login_table)
            .where(login_table.c.login == login)
            .values(session_epoch=login_table.c.session_epoch + 1, **values)
            .returning(login_table.c.id)
        )
        if found.scalar() is None:
            raise _unknown(login)
        note_access(session, by, event, login)


def _keep_an_administrator(store: Store, leaving: str) -> None:
    others = select(func.count()).where(
        login_table.c.role == "admin", login_table.c.disabled == false(), login_table.c.login != leaving
    )
    with store.reading() as session:
        if not session.execute(others).scalar_one():
            raise UserRefused("必须至少保留一名管理员。", "There must be another administrator first.")


def _check_role(role: str) -> None:
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise UserRefused(
            f"没有角色 {role}；可用角色：{known}。", f"There is no role {role}; there are {known}."
        )


def _id_of(session: Session, name: str, code: str) -> int:
    cls = entity(name)
    found = session.execute(select(cls.__table__.c.id).where(cls.__table__.c.code == code)).scalar()
    if found is None:
        label = cls.__entity__.label
        raise UserRefused(
            f"没有编号为 {code} 的{label.zh}。", f"There is no {label.en.lower()} with the code {code}."
        )
    return found


def _place(session: Session, role: str) -> int | None:
    """Where a login belongs of which nothing is said."""
    return None if role in OUTSIDE else _root(session)


def _root(session: Session) -> int | None:
    unit = entity("org_unit").__table__
    return session.execute(select(func.min(unit.c.id)).where(unit.c.parent_id.is_(None))).scalar()


def _unknown(login: str) -> UserRefused:
    return UserRefused(f"没有登录名 {login}。", f"There is no login {login}.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
