"""What a delivered .docx says, read back: parts, and each chart's values from picture and workbook.

Nothing here knows how the document was written: python-pptx reads charts, openpyxl workbooks.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from pptx.chart.chart import Chart as DrawnChart
from pptx.oxml import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@dataclass(frozen=True)
class ReadChart:
    """A chart as drawn: series by name; `sheet` holds the rows of its workbook."""

    categories: list[str]
    values: dict[str, list[float | None]]
    sheet: list[list[Any]]
    xml: etree._Element


def parts(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return {name: package.read(name) for name in package.namelist()}


def tree(docx: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(parts(docx)[name])


def paragraphs(docx: bytes) -> list[str]:
    """The text of each paragraph, fields as they are shown."""
    return ["".join(text.text or "" for text in p.iter(f"{W}t")) for p in tree(docx).iter(f"{W}p")]


def chart_values(docx: bytes) -> list[ReadChart]:
    """The charts in their order in the document."""
    found = parts(docx)
    count = sum(name.startswith("word/charts/chart") for name in found)
    return [_read(found, number) for number in range(1, count + 1)]


def _read(found: dict[str, bytes], number: int) -> ReadChart:
    xml = found[f"word/charts/chart{number}.xml"]
    plots = list(DrawnChart(parse_xml(xml), None).plots)
    relation = etree.fromstring(found[f"word/charts/_rels/chart{number}.xml.rels"])[0]
    target = relation.get("Target", "").replace("../", "word/")
    # `data_only`: a formula would read as its result, so text that starts with = proves to be text.
    sheet = load_workbook(io.BytesIO(found[target]), data_only=True).worksheets[0]
    return ReadChart(
        categories=[str(label) for label in plots[0].categories],
        values={series.name: list(series.values) for plot in plots for series in plot.series},
        sheet=[list(row) for row in sheet.iter_rows(values_only=True)],
        xml=etree.fromstring(xml),
    )
