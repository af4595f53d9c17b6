"""What people should know about a file as a whole: what was found out about it, and what looks wrong.

Remarks about single rows are made where the rows are changed.
"""

from __future__ import annotations

from operational.field import Label
from operational.transfer.mapping.plan import Mapping
from operational.transfer.reading.source import Source
from operational.transfer.result import Remark

SHEET_LIMITS = (
    65_535,
    65_536,
    1_048_575,
    1_048_576,
)  # rows of old and new spreadsheets, with and without header
PAGE = 1_000  # what a paged service hands out at a time
NAMED = {"\t": "tab", " ": "blanks"}


def about_file(source: Source, plan: Mapping) -> list[Remark]:
    """Remarks about encoding, delimiter, blank rows, and a number of rows at which files are cut off."""
    remarks = []
    if plan.layout.encoding is None and not source.typed and source.encoding not in ("utf-8", "utf-8-sig"):
        remarks.append(
            Remark(
                Label(
                    f"编码识别为 {source.encoding}；如有乱码请在映射中写明 encoding",
                    f"the encoding was found to be {source.encoding}; if names look wrong, declare it in a mapping",
                )
            )
        )
    if plan.layout.delimiter is None and not source.typed and source.delimiter != ",":
        name = NAMED.get(source.delimiter, source.delimiter)
        remarks.append(Remark(Label(f"分隔符识别为 {name}", f"the delimiter was found to be {name}")))
    if source.blank:
        remarks.append(Remark(Label("空白行未计入", "blank rows were passed over"), source.blank))
    count = len(source.numbers)
    if count in SHEET_LIMITS or (count and count % PAGE == 0):
        remarks.append(
            Remark(
                Label(
                    f"文件恰好 {count} 行，可能被截断；请核对是否完整",
                    f"the file has exactly {count} rows, as files have that were cut off: check that it is whole",
                )
            )
        )
    return remarks
