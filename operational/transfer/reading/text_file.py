"""CSV and its relatives as text columns: encoding and delimiter found or declared, rows numbered as in the file.

What the columns mean is settled by the mapping; spreadsheets are read in spreadsheet.py.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from operational.transfer.failure import TransferFailed
from operational.transfer.reading.source import Layout, Misshapen, Records

MAX_BYTES = 2 * 1024**3  # of text, unpacked: beyond it a file is a mistake or an attack
BLOCK = 8 * 1024**2
SAMPLE = 64 * 1024
REJECTS_HEADER = re.compile(rb"[^\r\n]*,row,field,reason\r?\n")
SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?\r?\n')  # what spreadsheets write above the header, and hide
GZIP = b"\x1f\x8b"
ZERO_SHARE = 0.02  # of bytes: more zeros than a broken text holds, fewer than Chinese in UTF-16 does
DELIMITERS = (",", ";", "\t", "|")


def read_text_file(path: Path, layout: Layout) -> Records:
    """All records of a delimited text file, the header among them; TransferFailed if it cannot be read."""
    raw = _unpacked(path)
    said = None
    if REJECTS_HEADER.match(raw):  # the mapping tells of the file that these rows came from
        said = layout = Layout(encoding="utf-8-sig", delimiter=",")
    encoding = layout.encoding or detect_encoding(raw)
    try:
        text = _as_utf8(raw, encoding)
    except LookupError:
        raise TransferFailed(
            f"编码“{encoding}”未知；请写 utf-8、gb18030 或 latin-1 等。",
            f"The encoding '{encoding}' is unknown; write utf-8, gb18030, latin-1 or the like.",
        ) from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TransferFailed(
            f"{path.name} 第 {line} 行不是 {encoding} 编码；请在映射中写明 encoding（如 gb18030、latin-1）。",
            f"{path.name}, line {line} is not {encoding}; name the file's encoding in the mapping (gb18030, latin-1 …).",
        ) from None
    if not text.strip():
        raise TransferFailed(
            f"{path.name} 是空文件。", f"{path.name} is empty; choose a file with a header and rows."
        )
    if separator := SEPARATOR_LINE.match(text):
        delimiter = layout.delimiter or separator[1].decode()
        said = layout = replace(layout, delimiter=delimiter, skip_first=max(layout.skip_first, 1))
    sample = _sample(text)
    delimiter = layout.delimiter or detect_delimiter(sample)
    if layout.ragged:
        records = _ragged(text, sample, delimiter, encoding, layout)
    elif len(delimiter) == 1 and delimiter != " ":
        records = _delimited(text, sample, delimiter, encoding, layout)
    else:
        records = _split(text, delimiter, encoding)
    return replace(records, layout=said)


def _unpacked(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
            file.seek(0)
            raw = (gzip.GzipFile(fileobj=file) if packed else file).read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise TransferFailed(
            f"找不到文件 {path}。", f"There is no file {path}; check its name and folder."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise TransferFailed(
            f"无法读取 {path.name}：{error}；请重新取得该文件。",
            f"{path.name} cannot be read: {error}; fetch the file again.",
        ) from None
    if len(raw) > MAX_BYTES:
        raise TransferFailed(
            f"{path.name} 解压后超过 2 GiB；请拆分后导入。",
            f"{path.name} holds more than 2 GiB of text; split it and import the parts.",
        )
    return raw


def detect_encoding(raw: bytes) -> str:
    """The encoding by byte-order mark, else UTF-16 where every other byte is zero, else UTF-8 if it is valid,
    else GB18030 where high bytes come in pairs.

    What is left is read as Windows-1252, or Latin-1 where that has no character.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),  # it begins as that of UTF-16 does
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return name
    first, second = raw[:SAMPLE:2].count(0), raw[1:SAMPLE:2].count(0)
    for zeros, others, name in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        if zeros > ZERO_SHARE * min(len(raw), SAMPLE) and not others and _has_lines(raw, name):
            return name
    if _decodes(raw, "utf-8"):
        return "utf-8"
    high = sum(map(len, re.findall(rb"[\x80-\xff]+", raw)))
    paired = sum(map(len, re.findall(rb"[\x81-\xfe][\xa1-\xfe]", raw)))
    if paired > 0.8 * high and _decodes(raw, "gb18030"):
        return "gb18030"
    return "cp1252" if _decodes(raw, "cp1252") else "latin-1"


def _has_lines(raw: bytes, encoding: str) -> bool:
    return _decodes(raw, encoding) and "\n" in raw.decode(encoding)


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _as_utf8(raw: bytes, encoding: str) -> bytes:
    if codecs.lookup(encoding).name in ("utf-8", "ascii"):
        raw.decode(encoding)
        return raw.removeprefix(codecs.BOM_UTF8)
    return raw.decode(encoding).removeprefix("\ufeff").encode()


def _sample(text: bytes) -> str:
    cut = text[:SAMPLE]
    if len(text) > SAMPLE and b"\n" in cut:
        cut = cut[: cut.rindex(b"\n") + 1]
    return cut.decode(errors="ignore")


def detect_delimiter(sample: str) -> str:
    """The delimiter that cuts the first records into the most, and equally many, cells; a comma if none does."""
    best, best_score = ",", 0.0
    for candidate in DELIMITERS:
        widths = [len(row) for row in _records(sample, candidate) if any(row)][:50]
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = usual * (widths.count(usual) / len(widths)) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = candidate, score
    return best


def _records(sample: str, delimiter: str) -> Iterable[list[str]]:
    try:
        yield from csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    except csv.Error:  # a cell beyond the csv module's limit: what came before it is sample enough
        return


def _delimited(text: bytes, sample: str, delimiter: str, encoding: str, layout: Layout) -> Records:
    width = _header_width(sample, delimiter, layout)
    names = [str(place) for place in range(width)]
    odd: list[Misshapen] = []

    def keep_aside(row: arrow_csv.InvalidRow) -> str:
        odd.append(Misshapen(row.number, row.actual_columns, row.text))
        return "skip"

    def read(block: int) -> pa.Table:
        return arrow_csv.read_csv(
            pa.BufferReader(text),
            # one thread: only then does the reader know the number of a row that does not fit
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=block),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )

    try:
        try:
            table = read(BLOCK)
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error):
                raise
            odd.clear()
            table = read(len(text))  # a row that is longer than a block
    except pa.ArrowInvalid as error:
        reason = str(error).splitlines()[0]
        raise TransferFailed(
            f"文件不是可读的 CSV：{reason}；请检查引号是否成对。",
            f"The file is no readable CSV: {reason}; check that its quotes come in pairs.",
        ) from None
    taken = np.array([row.number for row in odd], dtype=np.int64)
    numbers = np.setdiff1d(np.arange(1, len(table) + len(odd) + 1, dtype=np.int64), taken, assume_unique=True)
    columns = [column.combine_chunks() for column in table.columns]
    _refuse_open_quote(text, columns, numbers, odd)
    return Records(columns, numbers, odd, encoding, delimiter)


def _ragged(text: bytes, sample: str, delimiter: str, encoding: str, layout: Layout) -> Records:
    """Rows of any lengths; a longer one than the header goes on to its right, which is told later."""
    width = _header_width(sample, delimiter, layout)
    try:
        rows = list(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TransferFailed(
            f"文件不是可读的 CSV：{error}；请检查引号是否成对。",
            f"The file is no readable CSV: {error}; check that its quotes come in pairs.",
        ) from None
    return Records.of_rows([[*row, *[""] * (width - len(row))] for row in rows], encoding, delimiter)


def _refuse_open_quote(
    text: bytes, columns: list[pa.Array], numbers: np.ndarray, odd: list[Misshapen]
) -> None:
    """A quote that is never closed makes one cell of the rest of the file: rows that nobody would miss."""
    if text.count(b'"') % 2 == 0:
        return
    last = int(numbers[-1]) if len(numbers) else 0
    cells = [column[-1].as_py() for column in columns] if len(numbers) else []
    if odd and odd[-1].number > last:
        last, cells = odd[-1].number, [odd[-1].text.strip()]
    if any("\n" in cell for cell in cells):
        raise TransferFailed(
            f"第 {last} 行的引号没有闭合，其后的内容都落在同一单元格；请补上引号或核对文件是否完整。",
            f"A quote in row {last} is never closed, so the rest of the file is one cell: close it, or fetch the file again.",
        )


def _header_width(sample: str, delimiter: str, layout: Layout) -> int:
    """How many cells the header has: the first record below the junk that holds anything."""
    for place, row in enumerate(_records(sample, delimiter)):
        if layout.header:
            return len(layout.header)
        if place >= layout.skip_first and any(cell.strip() for cell in row):
            return len(row)
    raise TransferFailed(
        f"跳过 {layout.skip_first} 行后找不到表头；请检查 rows.skip_first。",
        f"There is no header below the first {layout.skip_first} rows; check rows.skip_first in the mapping.",
    )


def cells_of(text: str, delimiter: str) -> list[str]:
    """The cells of one record."""
    return next(iter(_records(text, delimiter)), [])


def _split(text: bytes, delimiter: str, encoding: str) -> Records:
    """Lines cut at a delimiter of several characters, or at any run of blanks where it is one blank."""
    lines = text.decode().splitlines()
    cut = None if delimiter == " " else delimiter
    return Records.of_rows([line.split(cut) for line in lines], encoding, delimiter)
