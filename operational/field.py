"""What one column of an entity can say about itself: its kind, labels, rules and storage type.

The constructors (text, link, money …) return SQLAlchemy columns that carry a Field; nothing here knows an entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import MappedColumn, mapped_column

type_kinds = (
    "text", "longtext", "email", "code", "choice", "state", "link", "date", "moment",
    "money", "quantity", "percent", "number", "integer", "flag",
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str

    def __call__(self, language: str) -> str:
        """The text in 'zh' or 'en'."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Choice:
    """One value of a closed list."""

    value: str
    label: Label


@dataclass(frozen=True)
class Field:
    """The declaration of one field; name and column are filled in when the entity is registered.

    `name` is what forms, imports and the API call it; `column` is the column in the store (`customer`
    is kept in `customer_id`). `default_from` lists paths tried in order when the field is left empty:
    `item.list_price` follows a link, `order.lines.unit_price` takes the line with the same item,
    `root` is the root organisation unit. `derived` fields are computed by the machine, never typed.
    Below `seldom_below` a value is kept, with a warning to whoever types it.
    The codes of a field with a `vocabulary` are said to people by its names, see vocabulary.py.
    A text that `lists_codes_of` another field holds several of its codes, separated by commas.
    A text that `names_a_record` holds `entity:key` of any entity, written by the machine.
    A code with `offers` (the name of a rule) is offered the values that suit the rest of the form, best first.
    A text with a `pattern` (a regular expression for the whole of it) is refused with `example` as what to write.
    A `private` field stays in the store: it is in no feed, and in no export but of those who may edit. One that is
    `confidential` ("cost") is there for the roles that crud/access.py lets read that, and for nobody else anywhere.
    """

    kind: str
    label: Label
    required: bool = False
    listed: bool = False
    filterable: bool = False
    searchable: bool = False
    private: bool = False
    confidential: str = ""
    derived: bool = False
    always_editable: bool = False
    names_a_record: bool = False
    lists_codes_of: str = ""
    offers: str = ""
    default: Any = None
    default_from: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    target: str | None = None
    vocabulary: str = ""
    decimals: int | None = None
    length: int | None = None
    pattern: str | None = None
    example: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    seldom_below: Decimal | None = None
    help: Label | None = None
    name: str = ""
    column: str = ""


class Scaled(TypeDecorator[Decimal]):
    """A decimal kept as an integer of its smallest unit, so that every dialect stores it exactly."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, decimals: int) -> None:
        super().__init__()
        self.decimals = decimals

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Decimal to scaled integer, rounded half up."""
        if value is None:
            return None
        return int(Decimal(value).scaleb(self.decimals).to_integral_value(ROUND_HALF_UP))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Scaled integer to decimal."""
        return None if value is None else Decimal(value).scaleb(-self.decimals)


class Moment(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC without zone in the store."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware instant to naive UTC; a naive value is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Naive UTC to aware instant."""
        return None if value is None else value.replace(tzinfo=UTC)


def _column(column_type: Any, field: Field, *extra: Any, index: bool = False) -> MappedColumn[Any]:
    return mapped_column(
        column_type, *extra, nullable=not field.required, index=index or None, info={"field": field}
    )


def text(zh: str, en: str, *, length: int = 200, index: bool = False, **says: Any) -> MappedColumn[Any]:
    """One line of text."""
    return _column(String(length), Field("text", Label(zh, en), length=length, **says), index=index)


def english_name(*, length: int = 200) -> MappedColumn[Any]:
    """The name that people read in English, beside a `name`; records without one keep their name in both languages."""
    return text("英文名称", "English name", length=length, searchable=True)


def longtext(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """Several lines of text."""
    return _column(Text(), Field("longtext", Label(zh, en), length=20_000, **says))


def email(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """An e-mail address; private: it never leaves the store."""
    return _column(String(254), Field("email", Label(zh, en), length=254, private=True, **says))


def code(zh: str, en: str, *, length: int = 80, index: bool = False, **says: Any) -> MappedColumn[Any]:
    """A free code: any value may be written, those in use are offered."""
    says.setdefault("filterable", True)
    return _column(String(length), Field("code", Label(zh, en), length=length, **says), index=index)


def choice(zh: str, en: str, choices: dict[str, tuple[str, str]], **says: Any) -> MappedColumn[Any]:
    """One value of a closed list {value: (zh, en)}."""
    listed = tuple(Choice(value, Label(*labels)) for value, labels in choices.items())
    says.setdefault("filterable", True)
    return _column(String(40), Field("choice", Label(zh, en), choices=listed, length=40, **says))


def state(zh: str = "状态", en: str = "State", **says: Any) -> MappedColumn[Any]:
    """The state of a document; its values and moves stand in the entity's graph."""
    says = {"listed": True, "filterable": True} | says
    return _column(String(40), Field("state", Label(zh, en), length=40, **says), index=True)


def link(target: str, zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """A reference to a record of another entity, by whose natural key people name it."""
    says.setdefault("filterable", True)
    return _column(
        BigInteger().with_variant(Integer, "sqlite"),
        Field("link", Label(zh, en), target=target, **says),
        ForeignKey(f"{target}.id"),
        index=True,
    )


def date(zh: str, en: str, *, index: bool = False, **says: Any) -> MappedColumn[Any]:
    """A business day."""
    says.setdefault("filterable", True)
    return _column(Date(), Field("date", Label(zh, en), **says), index=index)


def moment(zh: str, en: str, *, index: bool = False, **says: Any) -> MappedColumn[Any]:
    """An instant, entered and shown in the business time zone."""
    return _column(Moment(), Field("moment", Label(zh, en), **says), index=index)


def money(zh: str, en: str, *, decimals: int = 4, **says: Any) -> MappedColumn[Any]:
    """An amount in the one currency; not negative unless the declaration says so."""
    says.setdefault("minimum", Decimal(0))
    return _column(Scaled(decimals), Field("money", Label(zh, en), decimals=decimals, **says))


def quantity(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """A quantity with six decimals."""
    return _column(Scaled(6), Field("quantity", Label(zh, en), decimals=6, **says))


def percent(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """A percentage, 0 to 100, with six decimals."""
    bounds: dict[str, Any] = {"minimum": Decimal(0), "maximum": Decimal(100)}
    return _column(Scaled(6), Field("percent", Label(zh, en), decimals=6, **(bounds | says)))


def number(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """A plain decimal number with six decimals."""
    return _column(Scaled(6), Field("number", Label(zh, en), decimals=6, **says))


def integer(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """A whole number."""
    return _column(BigInteger(), Field("integer", Label(zh, en), **says))


def flag(zh: str, en: str, **says: Any) -> MappedColumn[Any]:
    """Yes or no."""
    says.setdefault("default", False)
    return _column(Boolean(), Field("flag", Label(zh, en), **says))
