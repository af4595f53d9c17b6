"""One column's entry in a mapping file read into a Rule, every key checked against the kind of the field.

What else a mapping says is in mapping_file.py; what a rule does to the rows is in field_text.py and converting.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from operational.field import Field
from operational.transfer.mapping.plan import Count, Rule, Term
from operational.transfer.mapping.toml_reader import TomlReader

SIGNS = {"plus": 1, "minus": -1}
RULE = ("column", "template", "pattern", "default", "format", "timezone", "values", *SIGNS, "scale", "days_since",
        "seconds_since", "decimal")  # fmt: skip
COUNTED = {"days_since": 86_400_000_000, "seconds_since": 1_000_000}  # microseconds
TIMES = ("date", "moment")
DECIMALS = ("money", "quantity", "percent", "number", "integer")


def column_rule(reader: TomlReader, name: str, said: Any, field: Field) -> Rule:
    """The rule of the field called `name`: a column's name, or a table of keys."""
    if isinstance(said, str):
        return Rule(column=said)
    said = reader.of_kind(name, said, dict, "须为列名或表", "must be a column's name or a table")
    reader.known(name, said, RULE)
    if ("column" in said) == ("template" in said) and not ("default" in said and "column" not in said):
        raise reader.wrong(name, "须写 column 或 template 之一", "needs either a column or a template")
    _fits(reader, name, said, field)
    return Rule(
        column=_maybe(said, "column", lambda value: reader.text(f"{name}.column", value)),
        template=_maybe(said, "template", lambda value: reader.text(f"{name}.template", value)),
        default=_maybe(said, "default", lambda value: reader.plain(f"{name}.default", value)),
        pattern=_maybe(said, "pattern", lambda value: _pattern(reader, name, value)),
        formats=reader.texts(f"{name}.format", said.get("format", [])),
        zone=_maybe(said, "timezone", lambda value: _zone(reader, name, value)),
        values=_maybe(said, "values", lambda value: _values(reader, name, value)),
        terms=tuple(
            term
            for key, sign in SIGNS.items()
            for term in _terms(reader, f"{name}.{key}", sign, said.get(key, []))
        ),
        scale=_maybe(said, "scale", lambda value: _decimal(reader, f"{name}.scale", value)),
        counts=next(
            (
                Count(_day(reader, f"{name}.{key}", said[key]), steps)
                for key, steps in COUNTED.items()
                if key in said
            ),
            None,
        ),
        decimal=_decimal_sign(reader, name, said.get("decimal", ".")),
    )


def _fits(reader: TomlReader, name: str, said: dict[str, Any], field: Field) -> None:
    """A key on a field whose kind it cannot mean anything for is a mistake."""
    for keys, kinds, zh, en in (
        (("format", *COUNTED), TIMES, "只用于日期和时间", "is for dates and instants only"),
        (("timezone",), ("moment",), "只用于时间", "is for instants only"),
        (("scale",), (*DECIMALS, *TIMES), "只用于数字", "is for numbers only"),
        (
            tuple(SIGNS),
            (*DECIMALS, *TIMES),
            "只用于数字、日期和时间",
            "is for numbers, dates and instants only",
        ),
        (("decimal",), DECIMALS, "只用于数字", "is for numbers only"),
    ):
        for key in keys:
            if key in said and field.kind not in kinds:
                raise reader.wrong(f"{name}.{key}", zh, en)
    ways = [key for key in ("format", *COUNTED) if key in said]
    if len(ways) > 1:
        raise reader.wrong(
            name, f"不能同时写 {' 和 '.join(ways)}", f"has both {' and '.join(ways)}; keep one"
        )
    if field.kind in TIMES and "scale" in said and not any(key in said for key in (*COUNTED, *SIGNS)):
        raise reader.wrong(f"{name}.scale", "只用于数字", "is for numbers only")


def _maybe(said: dict[str, Any], key: str, read: Callable[[Any], Any]) -> Any:
    return read(said[key]) if key in said else None


def _values(reader: TomlReader, name: str, value: Any) -> dict[str, str]:
    table = reader.of_kind(
        f"{name}.values", value, dict, "须为一个表", "must be a table of their value = our value"
    )
    return {key.strip(): reader.plain(f"{name}.values.{key}", one) for key, one in table.items()}


def _zone(reader: TomlReader, name: str, value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(reader.text(f"{name}.timezone", value))
    except (KeyError, ValueError, OSError):
        raise reader.wrong(
            f"{name}.timezone",
            f"“{value}”不是时区；请写如 Europe/Paris",
            f"'{value}' is no time zone; write one such as Europe/Paris",
        ) from None


def _pattern(reader: TomlReader, name: str, value: Any) -> re.Pattern[str]:
    try:
        return re.compile(reader.text(f"{name}.pattern", value))
    except re.error as error:
        raise reader.wrong(
            f"{name}.pattern", f"不是正则表达式：{error}", f"is no regular expression: {error}"
        ) from None


def _day(reader: TomlReader, place: str, value: Any) -> datetime.date:
    try:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise reader.wrong(place, "须为日期，如 2000-01-01", "must be a day such as 2000-01-01") from None


def _terms(reader: TomlReader, key: str, sign: int, value: Any) -> list[Term]:
    """What is added or taken away: a column's name, a number, or a list of them."""
    terms = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, (int, Decimal)) and not isinstance(one, bool):
            terms.append(Term(sign, number=Decimal(one)))
        elif isinstance(one, str):
            terms.append(Term(sign, column=one))
        else:
            raise reader.wrong(
                key, "须为列名、数字或其列表", "must be a column's name, a number, or a list of them"
            )
    return terms


def _decimal(reader: TomlReader, key: str, value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise reader.wrong(key, "须为数字", "must be a number") from None


def _decimal_sign(reader: TomlReader, name: str, value: Any) -> str:
    if value not in (".", ","):
        raise reader.wrong(f"{name}.decimal", '须为 "." 或 ","', 'must be "." or ","')
    return str(value)
