"""A file without a mapping: its header's names recognised as fields, by name or by either language's label.

What a mapping says instead is in mapping_file.py.
"""

from __future__ import annotations

from operational.entity import Entity
from operational.transfer.failure import TransferFailed, nearest
from operational.transfer.mapping.importable import LINES, importable_fields
from operational.transfer.mapping.plan import Mapping, Rule
from operational.transfer.reading.source import REJECT_COLUMNS


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
        name = known.get(column, known.get(column.casefold()))
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
    """Everything that a column may be called, and the field that it means: as written, then case folded.

    A line's field may go without `lines.` where no field of the document is called the same.
    """
    said: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    for name, field in importable_fields(cls).items():
        own = [name.removeprefix(LINES), field.label.zh, field.label.en]
        if name.startswith(LINES):
            said[name] = [f"{before}{one}" for one in own for before in (LINES, "明细.", "line ")]
            bare[name] = own
        else:
            said[name] = own
    names: dict[str, str] = {}
    for fold in (str, str.casefold):
        for group in (said, bare):
            for name, words in group.items():
                for word in words:
                    names.setdefault(fold(word), name)
    return names
