import time
from datetime import UTC, datetime

from dashboards.word.chart import Chart, Series
from dashboards.word.document import Document
from dashboards.word.table import Column


def build() -> bytes:
    document = Document("zh", "速度", datetime(2026, 1, 1, tzinfo=UTC))
    months = [f"2026-{month:02}" for month in range(24)]
    columns = [
        Column("客户"),
        Column("地区"),
        Column("等级"),
        Column("销售额", "right"),
        Column("同比", "right"),
    ]
    for number in range(30):
        series = [Series(f"s{at}", [float(at * month) for month in range(24)]) for at in range(3)]
        kinds = ("line", "column", "bar")
        document.chart(Chart(kinds[number % 3], f"图 {number}", series, months))
        rows = [[f"客户 {row}", "华东", "A", f"{row * 1000:,.2f}", f"{row}%"] for row in range(50)]
        document.table(columns, rows, caption=f"表 {number}")
    return document.save()


def test_thirty_charts_and_thirty_tables_take_less_than_a_second() -> None:
    build()  # the imports
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        build()
        seconds.append(time.perf_counter() - start)
    # The best of three: another process on the machine must not decide.
    assert min(seconds) < 1.0
