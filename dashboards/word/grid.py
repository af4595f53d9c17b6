"""The frame of every table, and borderless tables that only place things side by side.

Tables of data do not belong here (`table`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Said in the table itself: LibreOffice does not take it from the default table style.
_MARGINS = (
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:bottom w:w="60" w:type="dxa"/>'
    '<w:right w:w="0" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0000"/>'
)


@dataclass(frozen=True)
class Place:
    """One cell of a borderless table: its paragraphs, and the colour of a rule above it."""

    content: str
    rule: str = ""


def shares(weights: Sequence[float], whole: int) -> list[int]:
    """`whole` divided in proportion to `weights`, in integers that add up to it."""
    total = sum(weights)
    edges = [round(whole * sum(weights[:end]) / total) for end in range(len(weights) + 1)]
    return [right - left for left, right in pairwise(edges)]


def frame(widths: Sequence[int], rows: str, style: str = "", look: str = "") -> str:
    """A table of fixed column `widths` (twips); `style` and `look` open and close its properties."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr>{style}<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def side_by_side(rows: Sequence[Sequence[Place]], widths: Sequence[int], gap: int) -> str:
    """A borderless table; `widths` of the places, `gap` twips between them. No row breaks over pages."""
    columns = [column for width in widths for column in (gap, width)][1:]
    return frame(columns, "".join(_row(row, widths, gap) for row in rows), look=_MARGINS)


def _row(places: Sequence[Place], widths: Sequence[int], gap: int) -> str:
    empty = f'<w:tc><w:tcPr><w:tcW w:w="{gap}" w:type="dxa"/></w:tcPr><w:p/></w:tc>'
    cells = empty.join(_cell(place, width) for place, width in zip(places, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(place: Place, width: int) -> str:
    rule = f'<w:top w:val="single" w:sz="12" w:space="0" w:color="{place.rule}"/>' if place.rule else ""
    borders = f"<w:tcBorders>{rule}</w:tcBorders>" if rule else ""
    content = place.content or "<w:p/>"
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}</w:tcPr>{content}</w:tc>'
