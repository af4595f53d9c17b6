"""Tables of data: the header on each page, rows that stay whole, numbers to the right, a total.

What the cells say and how numbers are formatted does not belong here: cells come as text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards.word.grid import frame, shares
from dashboards.word.look import lighter
from dashboards.word.paragraph import Ink, Run, Tone
from dashboards.word.styles import TABLE_STYLE
from dashboards.word.text import cut, escape, width

CELL_LIMIT = 400
_MISSING = "–"
_MOST_COLUMNS_ROOMY = 8
_DENSE_MARGINS = (
    '<w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar>'
)
_MOST_ROWS_ON_ONE_PAGE = 14
_WIDEST = 44  # half-ems that a text column may ask for before it wraps
# Size, half-ems below which a text column would stack a name's characters, and lines that a header may take: the
# first in which nothing breaks.
_SETTINGS = (("", 14, 2), ("Dense", 14, 3), ("Dense", 10, 5))
_ROWS_MEASURED = 200
_DARKEST_SHADE = 0.55
_UNBROKEN = re.compile("[!-\u02ff]+")  # Latin words; between Chinese characters a line may break
_TWIPS_PER_HALF_EM = {
    "": 114,
    "Dense": 96,
}  # a digit is wider than half an em, the widest where Arial is not there
_BOLD = 1.15  # how much wider a header's letters are
_CELL_PADDING = {"": 190, "Dense": 120}


@dataclass(frozen=True)
class Column:
    """A column; `width` in half-ems (a Chinese character has two), None measures what stands in it."""

    title: str
    align: Literal["left", "right", "center"] = "left"
    width: float | None = None


@dataclass(frozen=True)
class Cell:
    """A cell with its own look; `shade` from 0 to 1 says how dark its ground is, None leaves it white."""

    text: str
    tone: Tone = "plain"
    bold: bool = False
    shade: float | None = None


Row = Sequence[str | Cell | None]


@dataclass(frozen=True)
class TableData:
    """What a table holds. Raises ValueError naming the row whose length does not fit."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    title: str = ""

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"Table {self.title!r} has no columns.")
        for position, row in enumerate(self.rows, start=1):
            self._check(f"row {position}", row)
        if self.total is not None:
            self._check("total", self.total)

    def _check(self, where: str, row: Row) -> None:
        if len(row) != len(self.columns):
            raise ValueError(
                f"Table {self.title!r}, {where}: {len(row)} cells for {len(self.columns)} columns."
            )


def data_table(data: TableData, ink: Ink, text_width: int, nothing: str) -> str:
    """The table over `text_width` twips; `nothing` is what stands in a table without rows."""
    size, widths = _widths(data, text_width)
    loose, kept = (_openings(data, widths, size, keep) for keep in ("", "<w:keepNext/>"))
    rows = [_header(data, widths, size, ink)]
    whole = len(data.rows) <= _MOST_ROWS_ON_ONE_PAGE
    last = len(data.rows) - (data.total is None)
    for at, row in enumerate(data.rows):
        # A small table stays on one page; of a long one neither the first row stands alone under
        # the header nor the total alone on the next page.
        near_edge = at == 0 or at == len(data.rows) - 1
        rows.append(_row(row, kept if at < last and (whole or near_edge) else loose, ink))
    if not data.rows:
        rows.append(_nothing(nothing, widths, size, ink))
    if data.total is not None:
        rows.append(_row([_strong(cell or "") for cell in data.total], loose, ink))
    return frame(widths, "".join(rows), f'<w:tblStyle w:val="{TABLE_STYLE}"/>', _look(data, size))


def _look(data: TableData, size: str) -> str:
    has_total = data.total is not None
    caption = f'<w:tblCaption w:val="{escape(cut(data.title, CELL_LIMIT))}"/>' if data.title else ""
    return (
        (_DENSE_MARGINS if size else "")
        + f'<w:tblLook w:val="{0x0420 + 0x0040 * has_total:04X}" w:firstRow="1" w:lastRow="{int(has_total)}"'
        f' w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>{caption}'
    )


def _openings(data: TableData, widths: Sequence[int], size: str, keep: str) -> list[str]:
    """Per column all that stands before a cell's text: the same in each row, so made once."""
    return [
        _opening(
            width, f"Table{'Number' if column.align == 'right' else 'Text'}{size}", keep + _center(column)
        )
        for column, width in zip(data.columns, widths, strict=True)
    ]


def _opening(width: int, style: str, properties: str, cell: str = "") -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{cell}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>'
    )


def _center(column: Column) -> str:
    return '<w:jc w:val="center"/>' if column.align == "center" else ""


def _header(data: TableData, widths: Sequence[int], size: str, ink: Ink) -> str:
    aligned = {"left": "", "right": '<w:jc w:val="right"/>', "center": '<w:jc w:val="center"/>'}
    openings = [
        _opening(width, f"TableHeader{size}", aligned[column.align], '<w:vAlign w:val="bottom"/>')
        for column, width in zip(data.columns, widths, strict=True)
    ]
    return _row([column.title for column in data.columns], openings, ink, "<w:tblHeader/>")


def _row(row: Row, openings: Sequence[str], ink: Ink, properties: str = "") -> str:
    cells = "".join(
        f"{_shaded(opening, cell, ink)}{_content(cell, ink)}</w:p></w:tc>"
        for opening, cell in zip(openings, row, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{cells}</w:tr>"


def _shaded(opening: str, cell: str | Cell | None, ink: Ink) -> str:
    """The cell's beginning with its ground: light tints of the first series, on which dark text can be read."""
    if not isinstance(cell, Cell) or cell.shade is None:
        return opening
    ground = lighter(ink.look.series_color(0), 1 - _DARKEST_SHADE * cell.shade)
    return opening.replace(
        "</w:tcPr>", f'<w:shd w:val="clear" w:color="auto" w:fill="{ground}"/></w:tcPr>', 1
    )


def _content(cell: str | Cell | None, ink: Ink) -> str:
    if isinstance(cell, Cell):
        return ink.runs(Run(cell.text, bold=cell.bold, tone=cell.tone), CELL_LIMIT)
    return ink.run(_MISSING if cell is None else cut(cell, CELL_LIMIT))


def _nothing(text: str, widths: Sequence[int], size: str, ink: Ink) -> str:
    span = f'<w:gridSpan w:val="{len(widths)}"/>'
    return _row([Cell(text, "muted")], [_opening(sum(widths), f"TableText{size}", "", span)], ink)


def _strong(cell: str | Cell) -> Cell:
    return Cell(cell.text, cell.tone, True) if isinstance(cell, Cell) else Cell(cell, bold=True)


def _widths(data: TableData, text_width: int) -> tuple[str, list[int]]:
    """The size in which a table fits, and what each column asks for; where that is too much, text wraps."""
    roomy = len(data.columns) <= _MOST_COLUMNS_ROOMY
    size, asked, least = "", list[float](), list[float]()
    for size, narrowest, lines in _SETTINGS if roomy else _SETTINGS[1:]:
        asked, least = _wishes(data, size, narrowest, lines)
        if sum(least) <= text_width:
            break
    spare = text_width - sum(least)
    if sum(asked) > text_width:
        given = max(spare, 0) / (sum(asked) - sum(least) or 1)
        asked = [low + (high - low) * given for low, high in zip(least, asked, strict=True)]
    return size, shares(asked, text_width)


def _wishes(data: TableData, size: str, narrowest: int, lines: int) -> tuple[list[float], list[float]]:
    """The twips that each column would like, and those below which something in it would break."""
    measured = [
        (column.width, column.width) if column.width is not None else _measured(data, at, narrowest, lines)
        for at, column in enumerate(data.columns)
    ]
    asked, least = (
        [wish * _TWIPS_PER_HALF_EM[size] + _CELL_PADDING[size] for wish in wishes]
        for wishes in zip(*measured, strict=True)
    )
    return asked, least


def _measured(data: TableData, at: int, narrowest: int, lines: int) -> tuple[float, float]:
    """The half-ems of the longest cell of column `at`, and those below which something would break."""
    column = data.columns[at]
    rows = [*data.rows[:_ROWS_MEASURED], *([data.total] if data.total is not None else [])]
    texts = [
        line
        for cell in (row[at] for row in rows)
        for line in cut(cell.text if isinstance(cell, Cell) else cell or "", CELL_LIMIT).split("\n")
    ]
    longest = max((width(text) for text in texts), default=0)
    words = max((width(word) for text in texts for word in _UNBROKEN.findall(text)), default=0)
    headed = max((width(word) for word in _UNBROKEN.findall(column.title)), default=0) * _BOLD
    least = longest if column.align == "right" else min(longest, narrowest)
    needed = min(max(words, headed, width(column.title) / lines, least), _WIDEST)
    return max(needed, min(max(longest, width(column.title)), _WIDEST)), needed
