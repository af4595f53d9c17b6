"""An empty file to fill in for an entity: its columns, and what each of them takes.

What is filled in comes back through import_file.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from operational.crud.access import Actor
from operational.entity import Entity, entity
from operational.field import Label
from operational.transfer.mapping.importable import importable_by, importable_fields


@dataclass(frozen=True)
class TemplateColumn:
    """One column that a file may have: its name, label, whether it must be filled, and what it takes."""

    name: str
    label: Label
    required: bool
    takes: Label


def template(actor: Actor, entity_name: str) -> tuple[TemplateColumn, ...]:
    """The columns that an import of this entity understands of this actor, in the order of the form; computed ones left out."""
    cls = entity(entity_name)
    return tuple(
        TemplateColumn(name, field.label, field.required and field.kind != "state", _takes(cls, name))
        for name, field in importable_by(actor, cls).items()
        if not field.derived
    )


def _takes(cls: type[Entity], name: str) -> Label:
    field = importable_fields(cls)[name]
    if field.target is not None:
        target = entity(field.target).__entity__.label
        return Label(f"“{target.zh}”的编号", f"the key of an existing {target.en.lower()}")
    if field.kind == "state" and cls.__entity__.graph is not None:
        values = ", ".join(state.name for state in cls.__entity__.graph.states)
        return Label(f"仅历史导入：{values}", f"for history only: {values}")
    if field.choices:
        values = ", ".join(choice.value for choice in field.choices)
        return Label(values, values)
    return {
        "date": Label("日期，如 2026-03-29", "a day such as 2026-03-29"),
        "moment": Label("时间，如 2026-03-29 14:30", "a time such as 2026-03-29 14:30"),
        "flag": Label("是 或 否", "yes or no"),
        "integer": Label("整数", "a whole number"),
        "percent": Label("0 到 100", "0 to 100"),
    }.get(field.kind, Label("数字", "a number") if field.decimals is not None else Label("文字", "text"))


def write_template(actor: Actor, entity_name: str, path: Path, language: str) -> None:
    """An Excel file with the names of the columns, required ones bold, each with a comment on what it takes."""
    from xlsxwriter import Workbook

    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        bold, plain = book.add_format({"bold": True}), book.add_format()
        for place, column in enumerate(template(actor, entity_name)):
            sheet.write_string(0, place, column.name, bold if column.required else plain)
            sheet.write_comment(0, place, f"{column.label(language)}：{column.takes(language)}")
        sheet.freeze_panes(1, 0)
