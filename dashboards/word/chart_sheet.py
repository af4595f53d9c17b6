"""A chart's numbers as the sheet of its embedded workbook, with the cell references of each series.

What is drawn and how does not belong here: `chart_xml` reads the same sheet, so that the
picture in the document and the workbook behind "Edit data" cannot differ.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from dashboards.word.chart import Chart, Number, Series, number
from dashboards.word.text import cut

SHEET = "Sheet1"
_EXCEL_CELL_LIMIT = 32_767
_COLUMN_WIDTH = 18


@dataclass(frozen=True)
class Column:
    """One column: a header in row 1, cells below it, gaps as None."""

    header: str
    cells: Sequence[float | str | None]
    number_format: str
    index: int

    @property
    def header_ref(self) -> str:
        """The header's absolute reference."""
        return f"{SHEET}!${_letters(self.index)}$1"

    @property
    def cells_ref(self) -> str:
        """The absolute reference of the cells under the header."""
        letters = _letters(self.index)
        return f"{SHEET}!${letters}$2:${letters}${max(len(self.cells), 1) + 1}"


@dataclass(frozen=True)
class Drawn:
    """One line, column set or ring to draw; `limit` marks a confidence limit of the series."""

    series: Series
    color_index: int
    across: Column
    values: Column
    limit: bool = False


@dataclass
class Sheet:
    """Columns in their order, and what is drawn from them."""

    columns: list[Column] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)

    def add(self, header: str, cells: Sequence[float | str | None], number_format: str) -> Column:
        """Appends a column and returns it."""
        column = Column(cut(header, _EXCEL_CELL_LIMIT), cells, number_format, len(self.columns))
        self.columns.append(column)
        return column


def sheet_of(chart: Chart) -> Sheet:
    """Categories in column A and a column per series; in an xy chart each series has its own x before it."""
    sheet = Sheet()
    if not chart.is_xy:
        labels = [cut(category, _EXCEL_CELL_LIMIT) for category in chart.categories]
        sheet.add(chart.axis_titles[0], labels, "@")
    for index, series in enumerate(chart.series):
        _add_series(sheet, chart, index, series)
    return sheet


def workbook(sheet: Sheet, created: datetime) -> bytes:
    """The sheet as .xlsx bytes: text stays text (no formula, no link), and equal sheets give equal bytes."""
    # A slow import that only a document with charts needs.
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"created": created})
    page = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    page.set_column(0, len(sheet.columns) - 1, _COLUMN_WIDTH)
    for column in sheet.columns:
        if column.header:
            page.write_string(0, column.index, column.header, head)
        look = book.add_format({"num_format": column.number_format})
        for row, cell in enumerate(column.cells, start=1):
            if isinstance(cell, str):
                page.write_string(row, column.index, cell, look)  # `write` would make formulas and links
            elif cell is not None:
                page.write_number(row, column.index, cell, look)
    book.close()
    return stream.getvalue()


def _add_series(sheet: Sheet, chart: Chart, index: int, series: Series) -> None:
    across: Column
    if chart.is_xy:
        x = [number(value) for value in series.x or ()]
        if series.step:
            x = [x[0], *(value for value in x[1:] for _ in range(2))] if x else []
        across = sheet.add(chart.axis_titles[0] or "x", x, chart.x_format)
    else:
        across = sheet.columns[0]
    number_format = chart.secondary_format if series.secondary else chart.number_format
    limited = f"{series.name} {chart.band}".rstrip()
    parts = (
        (series.name, series.values, False),
        (f"{limited} ↓", series.lower, True),
        (f"{limited} ↑", series.upper, True),
    )
    for header, values, limit in parts:
        if values is not None:
            column = sheet.add(header, _heights(values, chart.is_xy and series.step), number_format)
            sheet.drawn.append(Drawn(series, index, across, column, limit))


def _heights(values: Sequence[Number | None], step: bool) -> list[float | None]:
    drawn = [number(value) for value in values]
    if not (step and drawn):
        return drawn
    corners = (height for before, after in pairwise(drawn) for height in (before, after))
    return [drawn[0], *corners]


def _letters(index: int) -> str:
    letters = ""
    position = index + 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
