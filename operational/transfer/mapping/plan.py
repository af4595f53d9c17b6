"""What a mapping file says, as checked values: where each of our fields comes from in a foreign file.

Reading the TOML is in mapping_file.py; applying it to rows is in shape.py and field_text.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from operational.transfer.reading.source import Layout


@dataclass(frozen=True)
class Count:
    """Dates and instants written as a number of `steps` (microseconds each) since a day."""

    since: date
    steps: int


@dataclass(frozen=True)
class Term:
    """A column's number, or a number of our own, that is added to what stands in a row (sign 1) or taken from it (-1)."""

    sign: int
    column: str | None = None
    number: Decimal | None = None


@dataclass(frozen=True)
class Rule:
    """Where one of our fields comes from and how its text is read.

    The text is the column's, or the template with `{column}`, `{row}` and `{copy}` filled in; of it what `pattern` finds
    is taken; `values` replaces it ("*" stands for every other value); `default` stands where nothing is. Then the
    first of `formats` that fits, and `zone`, read dates and instants, `counts` tells that they are counted from
    a day, `terms` are added, `scale` multiplies numbers with their terms, `decimal` is the decimal sign.
    A `constant` is our own text for every row.
    """

    column: str | None = None
    template: str | None = None
    constant: str | None = None
    default: str | None = None
    pattern: re.Pattern[str] | None = None
    formats: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    values: dict[str, str] | None = None
    terms: tuple[Term, ...] = ()
    scale: Decimal | None = None
    counts: Count | None = None
    decimal: str = "."


@dataclass(frozen=True)
class Condition:
    """What a column must satisfy for its row to be taken; what is None is not asked.

    `least` and `most` are included; given as numbers they compare as numbers, else as text, which is
    right for ISO dates. An empty cell satisfies only `excluded`, `present = false` and an `in` with "".
    """

    among: tuple[str, ...] | None = None
    excluded: tuple[str, ...] | None = None
    prefixes: tuple[str, ...] | None = None
    not_prefixes: tuple[str, ...] | None = None
    present: bool | None = None
    least: Decimal | str | None = None
    most: Decimal | str | None = None


@dataclass(frozen=True)
class Join:
    """Columns of a second file, found by `on` (our file's column = its column) in those of its rows that `where` takes."""

    file: str
    on: dict[str, str]
    layout: Layout
    where: dict[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True)
class Unpivot:
    """A wide file made long: one row per column that matches, its heading in `name`, its cell in `value`."""

    columns: tuple[str, ...]
    name: str
    value: str


@dataclass(frozen=True)
class Mapping:
    """A whole mapping.

    `distinct` is True for rows equal in every column, or names the columns to compare; `repeat` is the column
    that says how many times a row comes.
    """

    entity: str
    rules: dict[str, Rule]
    layout: Layout = field(default_factory=Layout)
    where: dict[str, Condition] = field(default_factory=dict)
    distinct: bool | tuple[str, ...] = False
    fill_down: tuple[str, ...] = ()
    repeat: str | None = None
    null: tuple[str, ...] = ("",)
    joins: tuple[Join, ...] = ()
    unpivot: Unpivot | None = None
    name: str = ""
    directory: str = ""
