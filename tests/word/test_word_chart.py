from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dashboards.word.chart import Chart, Series
from dashboards.word.document import Document
from tests.word.docx_reading import C, ReadChart, chart_values

MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
COLUMNS = Series("新增", [3, Decimal("4.25"), -1, 0])
FOUR = ["甲", "乙", "丙", "丁"]


def read(chart: Chart) -> ReadChart:
    document = Document("zh", "图", datetime(2026, 11, 23, tzinfo=UTC))
    document.chart(chart)
    (drawn,) = chart_values(document.save())
    return drawn


def attributes(drawn: ReadChart, tag: str) -> list[str | None]:
    return [element.get("val") for element in drawn.xml.iter(C + tag)]


@pytest.mark.parametrize("kind", ["line", "column", "bar", "area", "combo"])
@pytest.mark.parametrize("stacked", [False, True])
def test_picture_and_workbook_say_what_was_given(kind: str, stacked: bool) -> None:
    lapsed = Series("流失", [1.1, None, float("nan"), 1e12 / 3], as_line=True)
    drawn = read(Chart(kind, "客户", [COLUMNS, lapsed], FOUR, stacked=stacked, show_labels=True))  # type: ignore[arg-type]
    assert drawn.categories == FOUR
    assert drawn.values == {"新增": [3, 4.25, -1, 0], "流失": [1.1, None, None, 333333333333.3333]}
    assert drawn.sheet == [
        [None, "新增", "流失"],
        ["甲", 3, 1.1],
        ["乙", 4.25, None],
        ["丙", -1, None],
        ["丁", 0, 333333333333.3333],
    ]


@pytest.mark.parametrize(("kind", "tag"), [("pie", "pieChart"), ("doughnut", "doughnutChart")])
def test_parts_of_a_whole(kind: str, tag: str) -> None:
    drawn = read(Chart(kind, "分层", [Series("客户", [50, 47, 3])], ["A", "B", "C"]))  # type: ignore[arg-type]
    assert drawn.values == {"客户": [50, 47, 3]}
    assert drawn.xml.find(f".//{C}{tag}") is not None
    deleted = [
        label.find(f"{C}idx").get("val")
        for label in drawn.xml.iter(f"{C}dLbl")
        if label.find(f"{C}delete") is not None
    ]
    assert deleted == ["2"], "only the part under four percent bears no label"


def test_a_step_curve_holds_its_value_until_the_next_x() -> None:
    survival = Series(
        "未解决", [1.0, 0.8, 0.5], x=[0, 4, 9], lower=[1, 0.7, 0.4], upper=[1, 0.9, 0.6], step=True
    )
    drawn = read(Chart("curve", "生存", [survival], band="95%", axis_titles=("小时", "比例")))
    assert drawn.sheet == [
        ["小时", "未解决", "未解决 95% ↓", "未解决 95% ↑"],
        [0, 1.0, 1, 1],
        [4, 1.0, 1, 1],
        [4, 0.8, 0.7, 0.9],
        [9, 0.8, 0.7, 0.9],
        [9, 0.5, 0.4, 0.6],
    ]
    assert drawn.values["未解决"] == [1.0, 1.0, 0.8, 0.8, 0.5]
    assert [point.text for point in drawn.xml.findall(f".//{C}xVal")[1].iter(f"{C}v")] == [
        "0",
        "4",
        "4",
        "9",
        "9",
    ]


def test_each_curve_has_its_own_x() -> None:
    series = [Series("a", [1, 2], x=[0, 1]), Series("b", [3, 4, 5], x=[0, 10, 20])]
    drawn = read(Chart("scatter", "散点", series))
    assert drawn.sheet == [["x", "a", "x", "b"], [0, 1, 0, 3], [1, 2, 10, 4], [None, None, 20, 5]]
    assert [f.text for f in drawn.xml.iter(f"{C}f")][1:3] == ["Sheet1!$A$2:$A$3", "Sheet1!$B$2:$B$3"]


def test_limits_are_drawn_but_not_listed_in_the_legend() -> None:
    limited = Series("需求", [5, 6], lower=[4, 5], upper=[6, 7])
    drawn = read(Chart("line", "预测", [limited, Series("实际", [5, 5])], ["1", "2"], band="80%"))
    assert list(drawn.values) == ["需求", "需求 80% ↓", "需求 80% ↑", "实际"]
    hidden = [entry.find(f"{C}idx").get("val") for entry in drawn.xml.iter(f"{C}legendEntry")]
    assert hidden == ["1", "2"]


def test_a_secondary_axis_has_its_own_plot_and_ends_at_the_whole() -> None:
    share = Series("累计", [0.6, 0.9, 1.0], as_line=True, secondary=True)
    drawn = read(Chart("combo", "帕累托", [Series("次数", [6, 3, 1]), share], ["a", "b", "c"]))
    bars, lines = drawn.xml.find(f".//{C}barChart"), drawn.xml.find(f".//{C}lineChart")
    axes = [[axis.get("val") for axis in plot.findall(f"{C}axId")] for plot in (bars, lines)]
    assert not set(axes[0]) & set(axes[1])
    declared = [
        axis.find(f"{C}axId").get("val") for tag in ("catAx", "valAx") for axis in drawn.xml.iter(C + tag)
    ]
    assert sorted(declared) == sorted(axes[0] + axes[1])
    assert attributes(drawn, "max") == ["1"]


def test_the_unfinished_period_is_dashed_on_lines_and_hatched_on_columns() -> None:
    values = Series("a", list(range(12)))
    line = read(Chart("line", "线", [values], MONTHS, partial_from=11))
    assert [p.find(f"{C}idx").get("val") for p in line.xml.iter(f"{C}dPt")] == ["11"]
    assert line.xml.find(f".//{C}dPt//{{*}}prstDash") is not None
    column = read(Chart("column", "柱", [values], MONTHS, partial_from=10))
    assert [p.find(f"{C}idx").get("val") for p in column.xml.iter(f"{C}dPt")] == ["10", "11"]
    assert column.xml.find(f".//{C}dPt//{{*}}pattFill") is not None


def test_a_value_between_gaps_is_marked_where_lines_have_no_markers() -> None:
    values = [None if at in (4, 6) else at for at in range(30)]
    drawn = read(Chart("line", "孤点", [Series("a", values)], [str(at) for at in range(30)]))
    assert [p.find(f"{C}idx").get("val") for p in drawn.xml.iter(f"{C}dPt")] == ["5"]
    assert attributes(drawn, "dispBlanksAs") == ["gap"]


@pytest.mark.parametrize(
    ("kind", "values", "low", "high"),
    [("column", [98, 99], ["0"], []), ("area", [98, 99], ["0"], []), ("bar", [-3, -2], [], ["0"]),
     ("column", [-1, 1], [], []), ("line", [98, 99], [], [])],
)  # fmt: skip
def test_what_has_a_foot_stands_on_zero(
    kind: str, values: list[float], low: list[str], high: list[str]
) -> None:
    drawn = read(Chart(kind, "轴", [Series("a", values)], ["1", "2"]))  # type: ignore[arg-type]
    assert (attributes(drawn, "min"), attributes(drawn, "max")) == (low, high)


def test_sixty_categories_show_some_labels_and_few_show_all() -> None:
    many = [f"2026 年第 {week} 周" for week in range(60)]
    drawn = read(Chart("line", "周", [Series("a", list(range(60)))], many))
    assert drawn.categories == many
    assert int(attributes(drawn, "tickLblSkip")[0] or 0) >= 4
    few = read(Chart("line", "月", [Series("a", [1, 2])], MONTHS[:2]))
    assert attributes(few, "tickLblSkip") == ["1"]


def test_thirteen_series_repeat_colours_with_a_dash() -> None:
    series = [Series(f"s{at}", [at, at]) for at in range(13)]
    drawn = read(Chart("line", "多", series, ["1", "2"]))
    lines = [s.find(f"{C}spPr/{{*}}ln") for s in drawn.xml.iter(f"{C}ser")]
    colors = [line.find("{*}solidFill/{*}srgbClr").get("val") for line in lines]
    assert len(set(colors[:12])) == 12
    assert colors[12] == colors[0]
    assert [line.find("{*}prstDash") is not None for line in lines] == [False] * 12 + [True]


def test_a_long_name_is_cut_in_the_picture_and_whole_in_the_workbook() -> None:
    name = "苏州工业园区精密机械制造股份有限公司华东销售分公司"
    drawn = read(Chart("bar", "客户", [Series(name, [1])], [name]))
    assert drawn.categories[0] == name[:14] + "…"
    assert next(iter(drawn.values)) == name[:14] + "…"
    assert drawn.sheet == [[None, name], [name, 1]]


def test_a_hundred_thousand_characters_fit_the_workbooks_cell() -> None:
    drawn = read(Chart("bar", "客户", [Series("a", [1])], ["长" * 100_000]))
    assert len(drawn.sheet[1][0]) == 32_767
    assert drawn.sheet[1][0].endswith("…")


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "=HYPERLINK(1)", "http://example.org", "＝1"]
)
def test_names_never_become_formulas_or_links(text: str) -> None:
    drawn = read(Chart("column", text, [Series(text, [-5])], [text]))
    assert drawn.sheet == [[None, text], [text, -5]]
    assert drawn.categories == [text]


def test_a_fixed_colour_stays_with_its_series() -> None:
    drawn = read(Chart("column", "色", [Series("a", [1], color="#aa3377")], ["1"]))
    assert drawn.xml.find(f".//{C}ser/{C}spPr//{{*}}srgbClr").get("val") == "AA3377"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "radar"}, "kind 'radar' is not known"),
        ({"categories": ["1"]}, "2 values for 1 points"),
        ({"kind": "curve"}, "a curve chart needs x values"),
        ({"kind": "pie", "series": [Series("a", [-1, 2])]}, "cannot show a negative part"),
        ({"kind": "pie", "series": [Series("a", [1, 2])] * 2}, "takes one series, not 2"),
        ({"series": [Series("a", [1, 2], lower=[0, 1])]}, "lower and upper limits come together"),
        (
            {"series": [Series("a", [1, 2], lower=[0, 1], upper=[1, 2])]},
            "only line and curve charts draw limits",
        ),
        (
            {"series": [Series("a", [1, 2], secondary=True)]},
            "only line and combo charts have a right-hand axis",
        ),
        ({"series": [Series("a", [1, 2], color="blue")]}, "'blue' is not a colour"),
    ],
)
def test_what_does_not_fit_is_named(change: dict, message: str) -> None:
    fitting = {"kind": "column", "title": "图", "series": [Series("a", [1, 2])], "categories": ["1", "2"]}
    Chart(**fitting)
    with pytest.raises(ValueError, match=message):
        Chart(**(fitting | change))
