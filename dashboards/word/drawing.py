"""A chart's place in the text: the inline drawing with its size and alternative text.

The chart part itself does not belong here (`chart_xml`).
"""

from dashboards.word.chart import Chart
from dashboards.word.text import cut, escape, one_line

_EMU_PER_TWIP = 635
_EMU_PER_CM = 360_000
_HEIGHT_CM = 6.4
_BAR_CM, _BAR_FRAME_CM = 0.62, 1.5
_LOWEST_CM, _HIGHEST_CM = 3.0, 20.0
_ALT_LIMIT = 1000
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def height_cm(chart: Chart) -> float:
    """The chart's own height; else a row per bar, or the height that suits a third of a page."""
    if chart.height_cm is not None:
        return chart.height_cm
    if chart.kind != "bar":
        return _HEIGHT_CM
    bars = len(chart.categories) * (1 if chart.stacked else max(len(chart.series), 1) * 0.75 + 0.25)
    return min(max(_BAR_FRAME_CM + _BAR_CM * bars, _LOWEST_CM), _HIGHEST_CM)


def alternative_text(chart: Chart) -> str:
    """What a screen reader says: the caller's text, or else title, series and span of the chart."""
    if chart.alt_text:
        return cut(chart.alt_text, _ALT_LIMIT)
    names = ", ".join(series.name for series in chart.series)
    ends = [str(chart.categories[at]) for at in (0, -1)] if chart.categories else []
    span = " – ".join(dict.fromkeys(ends))
    unit = f" ({chart.unit})" if chart.unit else ""
    return cut("; ".join(part for part in (chart.title + unit, names, span) if part), _ALT_LIMIT)


def inline_chart(chart: Chart, number: int, relationship: str, width_twips: int, high_cm: float) -> str:
    """The run that shows chart `number`, unique in the document, by the `relationship` of its part."""
    wide, high = width_twips * _EMU_PER_TWIP, round(high_cm * _EMU_PER_CM)
    title, described = escape(one_line(chart.title, _ALT_LIMIT)), escape(alternative_text(chart))
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing"'
        f' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="Chart {number}" descr="{described}" title="{title}"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_DRAWING}/main">'
        f'<a:graphicData uri="{_DRAWING}/chart"><c:chart xmlns:c="{_DRAWING}/chart" r:id="{relationship}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
