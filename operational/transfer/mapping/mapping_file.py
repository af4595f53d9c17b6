"""The TOML of a mapping file read into a Mapping, every key checked; a fault is one sentence with its remedy.

Nothing here looks at the file that is to be imported.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from operational.entity import Entity
from operational.field import Field
from operational.transfer.failure import MappingError, nearest
from operational.transfer.mapping.importable import importable_fields
from operational.transfer.mapping.plan import Condition, Count, Join, Mapping, Rule, Unpivot
from operational.transfer.mapping.toml_reader import TomlReader
from operational.transfer.reading.source import Layout

TOP = (
    "entity",
    "encoding",
    "delimiter",
    "header",
    "sheet",
    "columns",
    "constants",
    "where",
    "rows",
    "join",
    "unpivot",
)
RULE = ("column", "template", "pattern", "default", "format", "timezone", "values", "scale", "days_since", "seconds_since",
        "decimal")  # fmt: skip
LAID_OUT = ("skip_first", "skip_last", "ragged")
WHERE = ("in", "not", "prefix", "not_prefix", "present", "min", "max")
ROWS = ("distinct", "fill_down", "repeat", "null", *LAID_OUT)
JOIN = ("on", "encoding", "delimiter", "header", "sheet", *LAID_OUT)
UNPIVOT = ("columns", "name", "value")
COUNTED = {"days_since": 86_400_000_000, "seconds_since": 1_000_000}  # microseconds
TIMES = ("date", "moment")
DECIMALS = ("money", "quantity", "percent", "number", "integer")


def read_mapping(path: Path, cls: type[Entity]) -> Mapping:
    """The mapping of this file for this entity; MappingError names the key that cannot be followed."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        raise MappingError(
            f"找不到映射文件 {path}。", f"There is no mapping file {path}; check its name."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(
            f"{path.name} 不是可读的 TOML：{error}。",
            f"{path.name} is no readable TOML: {error}; mend that line.",
        ) from None
    return parse_mapping(said, cls, name=path.name, directory=str(path.parent))


def parse_mapping(said: dict[str, Any], cls: type[Entity], *, name: str = "", directory: str = "") -> Mapping:
    """A mapping from the parsed TOML."""
    reader = TomlReader(name or "mapping")
    reader.known("", said, TOP)
    entity_name = cls.__tablename__
    if said.get("entity") != entity_name:
        raise MappingError(
            f'{reader.name} 中 entity 为“{said.get("entity", "")}”，与命令中的“{entity_name}”不符；请写 entity = "{entity_name}"。',
            f"{reader.name} is a mapping for '{said.get('entity', '')}', not for '{entity_name}': "
            f'write entity = "{entity_name}" or name the other entity.',
        )
    rows = reader.table("rows", said)
    reader.known("rows", rows, ROWS)
    fields = importable_fields(cls)
    return Mapping(
        entity=entity_name,
        rules=_rules(reader, said, fields),
        layout=_layout(reader, "", {**said, **{key: rows[key] for key in LAID_OUT if key in rows}}),
        where={
            column: _condition(reader, column, said) for column, said in reader.table("where", said).items()
        },
        distinct=_distinct(reader, rows.get("distinct", False)),
        fill_down=reader.texts("rows.fill_down", rows.get("fill_down", [])),
        repeat=_maybe(rows, "repeat", lambda value: reader.text("rows.repeat", value)),
        null=("", *reader.texts("rows.null", rows.get("null", []))),
        joins=tuple(_join(reader, file, said) for file, said in reader.table("join", said).items()),
        unpivot=_unpivot(reader, said),
        name=name,
        directory=directory,
    )


def _layout(reader: TomlReader, place: str, said: dict[str, Any]) -> Layout:
    first, last = (
        reader.of_kind(f"{place}{key}", said.get(key, 0), int, "须为整数", "must be a whole number")
        for key in ("skip_first", "skip_last")
    )
    header = said.get("header")
    optional: dict[str, str | None] = {
        key: reader.text(f"{place}{key}", said[key]) if key in said else None
        for key in ("encoding", "delimiter", "sheet")
    }
    return Layout(
        encoding=optional["encoding"],
        delimiter=optional["delimiter"] or None,
        skip_first=first,
        skip_last=last,
        header=reader.texts(f"{place}header", header) if header else None,
        sheet=optional["sheet"],
        ragged=reader.of_kind(
            f"{place}ragged", said.get("ragged", False), bool, "须为 true 或 false", "must be true or false"
        ),
    )


def _flat(said: dict[str, Any]) -> dict[str, Any]:
    """`lines.item = …` and `"lines.item" = …` mean the same."""
    flat = dict(said)
    if isinstance(flat.get("lines"), dict):
        lines = flat.pop("lines")
        flat |= {f"lines.{name}": one for name, one in lines.items()}
    return flat


def _rules(reader: TomlReader, said: dict[str, Any], fields: dict[str, Field]) -> dict[str, Rule]:
    columns, constants = (_flat(reader.table(key, said)) for key in ("columns", "constants"))
    for name in (*columns, *constants):
        if name not in fields:
            hint = nearest(name, fields)
            raise reader.wrong(
                name, f"不是该对象的字段{hint.zh}", f"is no field of {said['entity']}{hint.en}"
            )
    both = next((name for name in columns if name in constants), None)
    if both:
        raise reader.wrong(
            both, "不能同时在 columns 和 constants 中", "stands in columns and in constants; keep one"
        )
    if not columns:
        raise reader.wrong(
            "columns", "为空；请写明各字段对应的列", "names no field; say which columns they come from"
        )
    return {name: _rule(reader, name, one, fields[name]) for name, one in columns.items()} | {
        name: Rule(constant=reader.plain(f"constants.{name}", one)) for name, one in constants.items()
    }


def _rule(reader: TomlReader, name: str, said: Any, field: Field) -> Rule:
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
    if field.kind in TIMES and "scale" in said and not any(key in said for key in COUNTED):
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


def _decimal(reader: TomlReader, key: str, value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise reader.wrong(key, "须为数字", "must be a number") from None


def _decimal_sign(reader: TomlReader, name: str, value: Any) -> str:
    if value not in (".", ","):
        raise reader.wrong(f"{name}.decimal", '须为 "." 或 ","', 'must be "." or ","')
    return str(value)


def _condition(reader: TomlReader, column: str, said: Any) -> Condition:
    place = f"where.{column}"
    if not isinstance(said, dict):
        return Condition(among=reader.texts(place, said))
    reader.known(place, said, WHERE)

    def bound(key: str) -> Decimal | str | None:
        value = said.get(key)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
        return None if value is None else reader.plain(f"{place}.{key}", value)

    def texts(key: str) -> tuple[str, ...] | None:
        return reader.texts(f"{place}.{key}", said[key]) if key in said else None

    present = said.get("present")
    if present is not None:
        reader.of_kind(f"{place}.present", present, bool, "须为 true 或 false", "must be true or false")
    return Condition(
        texts("in"), texts("not"), texts("prefix"), texts("not_prefix"), present, bound("min"), bound("max")
    )


def _distinct(reader: TomlReader, value: Any) -> bool | tuple[str, ...]:
    return value if isinstance(value, bool) else reader.texts("rows.distinct", value)


def _join(reader: TomlReader, file: str, said: Any) -> Join:
    place = f'join."{file}"'
    said = reader.of_kind(place, said, dict, "须为一个表", "must be a table")
    reader.known(place, said, JOIN)
    on = reader.of_kind(f"{place}.on", said.get("on"), dict, "须写明 { 本文件列 = \"对方列\" }",
                        'must say { our_column = "its_column" }')  # fmt: skip
    if not on:
        raise reader.wrong(f"{place}.on", "为空", "is empty; say which columns must be equal")
    return Join(file, {key: reader.text(f"{place}.on.{key}", one) for key, one in on.items()},
                _layout(reader, f"{place}.", said))  # fmt: skip


def _unpivot(reader: TomlReader, said: dict[str, Any]) -> Unpivot | None:
    if "unpivot" not in said:
        return None
    table = reader.table("unpivot", said)
    reader.known("unpivot", table, UNPIVOT)
    for key in UNPIVOT:
        if key not in table:
            raise reader.wrong(f"unpivot.{key}", "缺失", "is missing")
    return Unpivot(
        reader.texts("unpivot.columns", table["columns"]),
        reader.text("unpivot.name", table["name"]),
        reader.text("unpivot.value", table["value"]),
    )
