"""Cells of an .xlsx that its reader hands out empty though something stands there: errors, and formulas without result.

All other cells are read in spreadsheet.py; files of other kinds are not looked into.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path, PurePosixPath

from defusedxml import ElementTree

from operational.transfer.reading.cells import UNCOMPUTED

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"([^>]*[^>/])?>(.*?)</c>', re.DOTALL)
VALUE = re.compile(rb"<v>([^<]+)</v>")
FORMULA = re.compile(rb"<f[^>]*>([^<]*)</f>")


def unread_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """What stands in cells of a sheet that have no value, by row and column from 0; nothing of a file that is no .xlsx.

    An error is what the sheet shows (`#N/A`), a formula without result its text behind UNCOMPUTED.
    """
    found: dict[tuple[int, int], str] = {}
    xml = _sheet_xml(path, sheet)
    if b't="e"' not in xml and b"<f" not in xml:
        return found
    for letters, number, attributes, content in CELL.findall(xml):
        value, place = VALUE.search(content), (int(number) - 1, _column(letters))
        if b't="e"' in attributes and value:
            found[place] = value[1].decode(errors="replace")
        elif b"<f" in content and not value and b't="str"' not in attributes:
            formula = FORMULA.search(content)
            found[place] = f"{UNCOMPUTED}={unescape(formula[1].decode(errors='replace')) if formula else ''}"
    return found


def _sheet_xml(path: Path, sheet: str) -> bytes:
    if not zipfile.is_zipfile(path):
        return b""
    with zipfile.ZipFile(path) as archive:
        if BOOK not in archive.namelist() or LINKS not in archive.namelist():
            return b""
        books, links = (ElementTree.fromstring(archive.read(part)) for part in (BOOK, LINKS))
        link = next(
            (
                value
                for one in books.iter()
                if one.tag.endswith("}sheet") and one.get("name") == sheet
                for name, value in one.items()
                if name.endswith("}id")
            ),
            None,
        )
        target = next((one.get("Target", "") for one in links.iter() if one.get("Id") == link), "")
        part = str(PurePosixPath("xl") / target).lstrip("/")
        return archive.read(part) if link and part in archive.namelist() else b""


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1
