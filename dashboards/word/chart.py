"""What a chart in a document says: its kind, series, formats and alternative text.

How it is written as DrawingML does not belong here (`chart_xml`), nor its workbook (`chart_sheet`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dashboards.word.look import hex_color

Number = int | float | Decimal
Kind = Literal["line", "column", "bar", "area", "combo", "pie", "doughnut", "curve", "scatter"]

_CATEGORY_KINDS = ("line", "column", "bar", "area", "combo", "pie", "doughnut")
_XY_KINDS = ("curve", "scatter")


@dataclass(frozen=True)
class Series:
    """One series; `values` follow the chart's categories, or `x` in a curve or scatter chart.

    None (and NaN) is a gap, never a zero. `lower` and `upper` are the limits of a confidence
    band, drawn as thin dashed lines in line and curve charts. `step` holds a curve's value until
    the next x (Kaplan-Meier, mean cumulative function). In a combo chart `as_line` draws a line
    over the columns, `secondary` puts it on the right-hand axis. `dashed` is for a line of what is
    expected, or of what is compared with.
    """

    name: str
    values: Sequence[Number | None]
    x: Sequence[Number] | None = None
    lower: Sequence[Number | None] | None = None
    upper: Sequence[Number | None] | None = None
    step: bool = False
    as_line: bool = False
    secondary: bool = False
    dashed: bool = False
    color: str | None = None


@dataclass(frozen=True)
class Chart:
    """A chart; raises ValueError naming the series where lengths or kinds do not fit.

    Values are drawn as given: the caller scales them and names the `unit` (Excel's formats know
    no 万). `partial_from` is the index of the first category whose period is not over yet: from
    there lines are dashed and columns hatched (other kinds show no difference). `band` names the
    limits, for example "95% CI". With `show_labels` each column, or the end of each line, bears
    its value.
    """

    kind: Kind
    title: str
    series: Sequence[Series]
    categories: Sequence[str] = ()
    unit: str = ""
    number_format: str = "#,##0"
    secondary_format: str = "0%"
    x_format: str = "#,##0"
    axis_titles: tuple[str, str] = ("", "")
    alt_text: str = ""
    stacked: bool = False
    smooth: bool = False
    show_labels: bool = False
    partial_from: int | None = None
    value_range: tuple[Number | None, Number | None] = (None, None)
    band: str = ""
    height_cm: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in _CATEGORY_KINDS + _XY_KINDS:
            raise ValueError(f"Chart {self.title!r}: kind {self.kind!r} is not known.")
        if self.kind in ("pie", "doughnut"):
            self._check_pie()
        for series in self.series:
            self._check_series(series)

    @property
    def is_xy(self) -> bool:
        """Whether both axes are numbers."""
        return self.kind in _XY_KINDS

    @property
    def is_pie(self) -> bool:
        """Whether the chart shows the parts of one whole."""
        return self.kind in ("pie", "doughnut")

    def shows_partial(self) -> bool:
        """Whether some point is drawn as of an unfinished period."""
        drawn_apart = self.kind in ("line", "column", "bar", "combo")
        return drawn_apart and self.partial_from is not None and self.partial_from < len(self.categories)

    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return any(number(value) is not None for series in self.series for value in series.values)

    def _check_pie(self) -> None:
        if len(self.series) != 1:
            raise ValueError(f"Chart {self.title!r}: a {self.kind} takes one series, not {len(self.series)}.")
        if any((number(value) or 0) < 0 for value in self.series[0].values):
            raise ValueError(f"Chart {self.title!r}: a {self.kind} cannot show a negative part; use columns.")

    def _check_series(self, series: Series) -> None:
        where = f"Chart {self.title!r}, series {series.name!r}"
        if self.is_xy and series.x is None:
            raise ValueError(f"{where}: a {self.kind} chart needs x values.")
        expected = len(series.x or ()) if self.is_xy else len(self.categories)
        for label, values in (("values", series.values), ("lower", series.lower), ("upper", series.upper)):
            if values is not None and len(values) != expected:
                raise ValueError(f"{where}: {len(values)} {label} for {expected} points.")
        if (series.lower is None) != (series.upper is None):
            raise ValueError(f"{where}: lower and upper limits come together.")
        if series.lower is not None and self.kind not in ("line", "curve"):
            raise ValueError(f"{where}: only line and curve charts draw limits.")
        if series.secondary and self.kind not in ("line", "combo"):
            raise ValueError(f"{where}: only line and combo charts have a right-hand axis.")
        if series.color is not None:
            hex_color(series.color)


def number(value: Number | None) -> float | None:
    """`value` as the float that the chart draws; None for a gap, NaN or an infinity."""
    if value is None:
        return None
    drawn = float(value)
    return drawn if float("-inf") < drawn < float("inf") else None
