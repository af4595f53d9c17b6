"""The tables of logins and their tokens; users.py keeps them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, false, text

from operational.entity import Base, Identity
from operational.field import Moment

login_table = Table(
    "login",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("role", String(40), nullable=False),
    Column("org_unit_id", Identity, ForeignKey("org_unit.id"), index=True),
    Column("person_id", Identity, ForeignKey("person.id"), index=True),
    Column("language", String(2), nullable=False, server_default="zh"),
    Column("theme", String(10), nullable=False, server_default="auto"),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("session_epoch", Integer, nullable=False, server_default=text("1")),
    Column("created_at", Moment(), nullable=False),
)

token_table = Table(
    "token",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("login_id", Identity, ForeignKey("login.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", Moment(), nullable=False),
)
