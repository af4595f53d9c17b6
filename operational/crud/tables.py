"""Tables that the machine keeps for itself: series of numbers and submissions already carried out.

They are no entities: nobody reads them, the change feed does not carry them.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from operational.entity import Base, Identity
from operational.field import Moment

number_series = Table(
    "number_series",
    Base.metadata,
    Column("prefix", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

submission = Table(
    "submission",
    Base.metadata,
    Column("login", String(80), primary_key=True),
    Column("token", String(80), primary_key=True),
    Column("entity", String(63), nullable=False),
    Column("record", Identity),
    Column("at", Moment(), nullable=False, index=True),
)
