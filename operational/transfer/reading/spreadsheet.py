"""Spreadsheets as text columns, after a look at what the archive would unpack to.

CSV is read in text_file.py; which sheet and which rows count is declared by the mapping.
"""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

from operational.transfer.failure import TransferFailed, nearest
from operational.transfer.reading.source import Layout, Records
from operational.transfer.reading.unread_cells import unread_cells

MAX_UNPACKED = 200 * 1024**2
MAX_RATIO = 100
MAX_ENTRIES = 1_000
CHUNK = 1024**2


def read_spreadsheet(path: Path, layout: Layout) -> Records:
    """All rows of one sheet, as they stand in it; TransferFailed if it cannot be read or would unpack too far."""
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    refuse_bomb(path)
    try:
        with path.open("rb") as stream:  # by what it holds, whatever it is called
            book = CalamineWorkbook.from_filelike(stream)
            sheet = book.get_sheet_by_name(layout.sheet) if layout.sheet else book.get_sheet_by_index(0)
            rows = sheet.to_python(skip_empty_area=False)
        unread = unread_cells(path, sheet.name)
    except FileNotFoundError:
        raise TransferFailed(
            f"找不到文件 {path}。", f"There is no file {path}; check its name and folder."
        ) from None
    except WorksheetNotFound:
        hint = nearest(layout.sheet or "", book.sheet_names)
        raise TransferFailed(
            f"{path.name} 中没有工作表“{layout.sheet}”{hint.zh}。",
            f"{path.name} has no sheet '{layout.sheet}'{hint.en}.",
        ) from None
    except (CalamineError, OSError, ValueError) as error:
        raise TransferFailed(
            f"{path.name} 不是可读的表格文件：{error}；请另存为 .xlsx 或 .csv。",
            f"{path.name} is no readable spreadsheet: {error}; save it again as .xlsx or .csv.",
        ) from None
    texts = [[cell_text(cell) for cell in row] for row in rows]
    for (row, column), text in unread.items():
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = text
    return Records.of_rows(texts, "utf-8", ",", typed=True)


def cell_text(value: Any) -> str:
    """A cell as people see it: whole numbers without a point, dates in ISO form, at most 15 digits."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def refuse_bomb(path: Path) -> None:
    """TransferFailed where an archive would unpack beyond 200 MiB, 100 times its size or 1,000 entries.

    The sizes that an archive declares may lie, so each entry is also unpacked once, up to what it declares.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if (
            len(entries) > MAX_ENTRIES
            or unpacked > MAX_UNPACKED
            or unpacked > MAX_RATIO * max(path.stat().st_size, 1)
            or not all(_keeps_its_word(archive, entry) for entry in entries)
        ):
            raise TransferFailed(
                f"{path.name} 解压后过大（{unpacked // 1024**2} MiB，{len(entries)} 个部分），已拒绝；请另存为 CSV 后导入。",
                f"{path.name} would unpack to {unpacked // 1024**2} MiB in {len(entries)} parts and was refused; "
                "save it as CSV and import that.",
            )


def _keeps_its_word(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether an entry unpacks to exactly the size that it declares."""
    try:
        with archive.open(entry) as stream:
            while stream.read(CHUNK):
                pass
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return False
    return True
