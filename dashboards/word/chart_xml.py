"""A chart as its DrawingML part: the plots in their frame, with legend and embedded workbook.

Series and axes are written next door; the order here is the order of ECMA-376's schema.
"""

from itertools import groupby

from dashboards.word.chart import Chart
from dashboards.word.chart_axes import axes, axis_ids, label_limit
from dashboards.word.chart_series import (
    area_series,
    bar_series,
    category_labels,
    line_series,
    pie_series,
    xy_series,
)
from dashboards.word.chart_shape import NO_LINE, NO_SHAPE, text_properties
from dashboards.word.chart_sheet import Drawn, Sheet
from dashboards.word.look import Look

_MOST_SERIES_ABOVE = 6  # more names than this stand in a column at the right
_WHOLE_GAP_CM = 16.0


def chart_xml(
    chart: Chart, sheet: Sheet, look: Look, width_cm: float, language: str, workbook_id: str
) -> bytes:
    """The chart part's bytes; `workbook_id` is the relationship of its workbook, `language` such as zh-CN."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<c:date1904 val="0"/><c:lang val="{language}"/><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        + _plots(chart, sheet, look, width_cm)
        + axes(chart, look, width_cm)
        + NO_SHAPE
        + "</c:plotArea>"
        + _legend(chart, sheet, look)
        + '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        + f"<c:spPr><a:noFill/>{NO_LINE}</c:spPr>"
        + text_properties(look, 8, look.ink)
        + f'<c:externalData r:id="{workbook_id}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _plots(chart: Chart, sheet: Sheet, look: Look, width_cm: float) -> str:
    """Columns before lines, so that lines lie on top; each axis has its own plot."""

    def plot(item: tuple[int, Drawn]) -> tuple[bool, bool]:
        series = item[1].series
        return chart.kind == "line" or (chart.kind == "combo" and series.as_line), series.secondary

    ordered = sorted(enumerate(sheet.drawn), key=plot)
    categories = "" if chart.is_xy else category_labels(sheet.columns[0], label_limit(chart, width_cm))
    return "".join(
        _plot(
            chart,
            "".join(_series(chart, drawn, order, look, categories, as_line) for order, drawn in members),
            as_line,
            secondary,
            width_cm,
        )
        for (as_line, secondary), members in groupby(ordered, key=plot)
    )


def _series(chart: Chart, drawn: Drawn, order: int, look: Look, categories: str, as_line: bool) -> str:
    if chart.is_xy:
        return xy_series(chart, drawn, order, look)
    if chart.is_pie:
        return pie_series(chart, drawn, order, look, categories)
    if as_line:
        return line_series(chart, drawn, order, look, categories)
    make = area_series if chart.kind == "area" else bar_series
    return make(chart, drawn, order, look, categories)


def _plot(chart: Chart, series: str, as_line: bool, secondary: bool, width_cm: float) -> str:
    ids = axis_ids(secondary)
    varied = '<c:varyColors val="0"/>'
    if chart.is_pie:
        hole = '<c:holeSize val="60"/>' if chart.kind == "doughnut" else ""
        start = f'<c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/>'
        return f"<c:{chart.kind}Chart>{start}{hole}</c:{chart.kind}Chart>"
    if chart.is_xy:
        return f'<c:scatterChart><c:scatterStyle val="lineMarker"/>{varied}{series}{ids}</c:scatterChart>'
    if as_line:
        start = f'<c:grouping val="standard"/>{varied}{series}<c:marker val="1"/>'
        return f"<c:lineChart>{start}{ids}</c:lineChart>"
    if chart.kind == "area":
        grouping = "stacked" if chart.stacked else "standard"
        return f'<c:areaChart><c:grouping val="{grouping}"/>{varied}{series}{ids}</c:areaChart>'
    direction = "bar" if chart.kind == "bar" else "col"
    grouping, overlap = ("stacked", 100) if chart.stacked else ("clustered", -5)
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{grouping}"/>{varied}{series}'
        f'<c:gapWidth val="{_gap(chart, width_cm)}"/><c:overlap val="{overlap}"/>{ids}</c:barChart>'
    )


def _gap(chart: Chart, width_cm: float) -> int:
    """The gap between groups of columns in percent of a column: few categories must not make broad slabs."""
    count = max(len(chart.categories), 1)
    if chart.kind == "bar" or count > 5:
        return 55
    return min(round(55 + 70 * (6 - count) * width_cm / _WHOLE_GAP_CM), 400)


def _legend(chart: Chart, sheet: Sheet, look: Look) -> str:
    """Names where there is more than one; confidence limits are explained in the note, not listed."""
    names = len(chart.categories) if chart.is_pie else len(chart.series)
    if names < 2:
        return ""
    hidden = "".join(
        f'<c:legendEntry><c:idx val="{order}"/><c:delete val="1"/></c:legendEntry>'
        for order, drawn in enumerate(sheet.drawn)
        if drawn.limit
    )
    place = "r" if chart.is_pie or names > _MOST_SERIES_ABOVE else "t"
    return (
        f'<c:legend><c:legendPos val="{place}"/>{hidden}<c:overlay val="0"/>'
        f"{text_properties(look, 8, look.ink)}</c:legend>"
    )
