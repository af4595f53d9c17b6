"""One report with every kind of block, in both languages: what the tests of whole documents read."""

from datetime import UTC, datetime

from dashboards.word.chart import Chart, Series
from dashboards.word.definitions import Definition
from dashboards.word.document import Document
from dashboards.word.figures import KeyFigure
from dashboards.word.paragraph import Run
from dashboards.word.table import Cell, Column
from dashboards.word.words import Language

CREATED = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MONTHS = [f"2026-{month:02}" for month in range(1, 12)]


def sample(language: Language, *, cover: bool = False, created: datetime = CREATED) -> Document:
    """Two pages and more; figures are arbitrary."""

    def said(chinese: str, english: str) -> str:
        return chinese if language == "zh" else english

    document = Document(
        language,
        said("经营月报", "Monthly review"),
        created,
        subtitle=said("客户价值与服务响应", "Customer value and service response"),
        organisation=said("瑞盈装备股份有限公司", "Ruiying Equipment"),
        period=said("2026 年 11 月", "November 2026"),
        as_of="2026-11-23 00:00",
        freshness="2026-11-23 06:12",
        quality=Run(said("42 项中 41 项通过", "41 of 42 passed"), tone="warning"),
        author="Yingke",
        subject=said("月报", "Monthly report"),
        keywords=["revenue", "2026-11"],
        cover=cover,
    )
    document.contents()
    document.callout(
        said("一项检查未通过。", "One check failed."), "warning", said("数据质量", "Data quality")
    )
    document.figures(
        [
            KeyFigure(
                said("销售额", "Revenue"),
                "8,642.3",
                "万元",
                "12.4%",
                "up",
                True,
                said("同比", "vs last year"),
            ),
            KeyFigure(said("未结工单", "Open requests"), "46", "", "5", "up", False),
            KeyFigure(said("首次响应", "First response"), "3.2", said("小时", "h")),
        ]
    )
    document.heading(said("客户价值", "Customer value"))
    document.text(
        [said("销售额扣除“退货”。", "Revenue is net of returns. "), Run("!", bold=True, emphasis=True)]
    )
    document.bullets([said("华东增长", "East grew"), [Run("17", bold=True), " ↓"]])
    lines = [
        Series(said("华东", "East"), [float(280 + 5 * at) for at in range(11)]),
        Series(said("预计", "Expected"), [*[None] * 9, 300.0, 310.0], dashed=True),
        Series(said("西南", "Southwest"), [130.0, None, *(float(130 + at) for at in range(9))]),
    ]
    document.chart(
        Chart(
            "line",
            said("月度销售额", "Monthly revenue"),
            lines,
            MONTHS,
            unit="万元",
            partial_from=10,
            show_labels=True,
        ),
        note=said("西南二月无数据。", "Southwest has no February."),
    )
    document.heading(said("重点客户", "Key customers"), 2)
    document.table(
        [
            Column(said("客户", "Customer")),
            Column(said("等级", "Level"), "center"),
            Column(said("销售额", "Revenue"), "right"),
        ],
        [
            [
                f"{said('客户', 'Customer')} {at}",
                None if at == 3 else "A",
                Cell(f"{at * 1000:,.2f}", "good", shade=at / 100),
            ]
            for at in range(60)
        ],
        caption=said("客户一览", "Customers"),
        total=[said("合计", "Total"), None, "1,770,000.00"],
    )
    document.heading(said("服务响应", "Service response"), new_page=True)
    survival = Series(
        "KM", [1.0, 0.7, 0.4], x=[0, 8, 24], lower=[1, 0.6, 0.3], upper=[1, 0.8, 0.5], step=True
    )
    document.charts(
        [
            Chart(
                "curve",
                said("未解决比例", "Unresolved"),
                [survival],
                number_format="0%",
                band="95%",
                value_range=(0, 1),
            ),
            Chart("doughnut", said("渠道", "Channels"), [Series("n", [5, 3, 2])], ["A", "B", "C"]),
            Chart(
                "bar", said("排名", "Ranking"), [Series("n", [5, 3, 2])], ["A", "B", "C"], show_labels=True
            ),
            Chart("pie", said("饼", "Pie"), [Series("n", [5, 3, 2])], ["A", "B", "C"]),
            Chart(
                "area",
                said("面积", "Area"),
                [Series("n", [5, 3, 2])],
                ["A", "B", "C"],
                axis_titles=("x", "y"),
            ),
            Chart("scatter", said("散点", "Cloud"), [Series("n", [5, 3, 2], x=[1, 2, 3])]),
            Chart(
                "column",
                said("堆叠", "Stacked"),
                lines,
                MONTHS,
                stacked=True,
                partial_from=10,
                show_labels=True,
            ),
        ]
    )
    share = Series(said("累计", "Cumulative"), [0.5, 0.8, 1.0], as_line=True, secondary=True)
    document.chart(Chart("combo", said("帕累托", "Pareto"), [Series("n", [5, 3, 2]), share], ["A", "B", "C"]))
    document.heading(said("细节", "Detail"), 3)
    document.table([Column("A"), Column("B", "right")], [], caption=said("空", "Empty"))
    document.chart(Chart("line", said("空图", "Empty"), [Series("n", [None])], ["A"]))
    document.heading(said("附录", "Appendix"))
    document.definitions(
        [
            Definition(
                said("销售额", "Revenue"),
                said("扣除退货。", "Net of returns."),
                "sum(amount)",
                "CNY",
                "sales",
                "v2",
            )
        ]
    )
    document.note(said("完", "End"))
    return document
