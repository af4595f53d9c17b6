"""The TOML of a mapping file read into a Mapping, every key checked; a fault is one sentence with its remedy.

What stands for one field is in column_rule.py; nothing here looks at the file that is to be imported.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from operational.entity import Entity
from operational.field import Field
from operational.transfer.failure import MappingError, nearest
from operational.transfer.mapping.column_rule import column_rule
from operational.transfer.mapping.importable import importable_fields
from operational.transfer.mapping.plan import Condition, Join, Mapping, Rule, Unpivot
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
LAID_OUT = ("skip_first", "skip_last", "ragged")
WHERE = ("in", "not", "prefix", "not_prefix", "present", "min", "max")
ROWS = ("distinct", "fill_down", "repeat", "null", *LAID_OUT)
JOIN = ("on", "where", "encoding", "delimiter", "header", "sheet", *LAID_OUT)
UNPIVOT = ("columns", "name", "value")


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
        where=_where(reader, "", said),
        distinct=_distinct(reader, rows.get("distinct", False)),
        fill_down=reader.texts("rows.fill_down", rows.get("fill_down", [])),
        repeat=reader.text("rows.repeat", rows["repeat"]) if "repeat" in rows else None,
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
    return {name: column_rule(reader, name, one, fields[name]) for name, one in columns.items()} | {
        name: Rule(constant=reader.plain(f"constants.{name}", one)) for name, one in constants.items()
    }


def _where(reader: TomlReader, place: str, said: dict[str, Any]) -> dict[str, Condition]:
    return {
        column: _condition(reader, f"{place}where.{column}", one)
        for column, one in reader.table("where", said).items()
    }


def _condition(reader: TomlReader, place: str, said: Any) -> Condition:
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
                _layout(reader, f"{place}.", said), _where(reader, f"{place}.", said))  # fmt: skip


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
