"""A sheet as a file to take along: CSV that a spreadsheet opens rightly, or Excel with numbers as numbers."""

from __future__ import annotations

import csv
import io
from typing import Any

from dashboards.numbers import HUNDREDFOLD
from dashboards.render.tabular import Sheet
from operational.transfer.writing.formula import harmless_text

FORMATS = {"money": "#,##0.00", "count": "#,##0", "hours": "#,##0.0", "days": "#,##0.0"} | dict.fromkeys(
    HUNDREDFOLD, "0.0%"
)


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return harmless_text(value) if isinstance(value, str) else value


def csv_text(columns: list[str], rows: list[list[Any]]) -> str:
    """Comma-separated lines, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(one) for one in columns])
    writer.writerows([[harmless(value) for value in row] for row in rows])
    return "\ufeff" + text.getvalue()


def sheet_csv(sheet: Sheet) -> str:
    """The sheet as CSV, its values with all their digits."""
    return csv_text([one.label for one in sheet.columns], [list(row) for row in sheet.rows])


def sheet_xlsx(sheet: Sheet, title: str) -> bytes:
    """The sheet as an Excel file of one table."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    literal = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(content, literal) as book:
        book.set_properties({"title": title})
        page = book.add_worksheet()
        page.write_row(0, 0, [one.label for one in sheet.columns], book.add_format({"bold": True}))
        page.freeze_panes(1, 0)
        page.set_column(0, len(sheet.columns), 18)
        looks = [book.add_format({"num_format": FORMATS.get(one.unit, "General")}) for one in sheet.columns]
        for down, row in enumerate(sheet.rows, start=1):
            for across, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(down, across, value)
                elif value is not None:
                    page.write_number(down, across, value, looks[across])
    return content.getvalue()
