"""A file without a mapping: its header's names recognised as fields, by name or by either language's label.

What a mapping says instead is in mapping_file.py.
"""

from __future__ import annotations

from operational.entity import Entity
from operational.transfer.failure import TransferFailed, nearest
from operational.transfer.importable import LINES, importable_fields
from operational.transfer.mapping import Mapping, Rule
from operational.transfer.source import REJECT_COLUMNS


def mapping_of_header(cls: type[Entity], columns: list[str]) -> Mapping:
    """The mapping that a header of our own names means; TransferFailed names columns that are no field.

    The last three columns of a rejects file are passed over, so that a mended one can be imported as it is.
    """
    named = columns
    if tuple(name.split(" (")[0] for name in columns[-3:]) == REJECT_COLUMNS:
        named = columns[:-3]
    known = _names(cls)
    rules: dict[str, Rule] = {}
    for column in named:
        name = known.get(column.strip().casefold())
        if name is None:
            hint = nearest(column, importable_fields(cls))
            label = cls.__entity__.label
            raise TransferFailed(
                f"列“{column}”不是“{label.zh}”的字段{hint.zh}；请改名、删去该列或使用映射文件（--map）。",
                f"The column '{column}' is no field of {cls.__tablename__}{hint.en}; "
                "rename it, remove it, or name the columns in a mapping (--map).",
            )
        if name in rules:
            raise TransferFailed(
                f"列“{rules[name].column}”与“{column}”都表示字段 {name}；请只留一列。",
                f"The columns '{rules[name].column}' and '{column}' both mean {name}; keep one of them.",
            )
        rules[name] = Rule(column=column)
    return Mapping(cls.__tablename__, rules)


def _names(cls: type[Entity]) -> dict[str, str]:
    """Everything that a column may be called, case folded, and the field that it means.

    A line's field may go without `lines.` where no field of the document is called the same.
    """
    fields = importable_fields(cls)
    names: dict[str, str] = {}
    for name, field in fields.items():
        prefix, bare = (LINES, name.removeprefix(LINES)) if name.startswith(LINES) else ("", name)
        own = [bare, field.label.zh, field.label.en]
        prefixes = [f"{LINES}", "明细.", "line "] if prefix else [""]
        for said in own:
            for before in prefixes:
                names.setdefault(f"{before}{said}".casefold(), name)
    for name, field in fields.items():
        if name.startswith(LINES):
            for said in (name.removeprefix(LINES), field.label.zh, field.label.en):
                names.setdefault(said.casefold(), name)
    return names
