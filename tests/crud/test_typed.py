"""What people type, and what it is taken for."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from operational.crud.typed import Untyped, typed
from operational.entity import entity
from operational.field import Field, Label

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAME = Label("名", "Name")
MONEY = Field("money", NAME, decimals=4)
PERCENT = Field("percent", NAME, decimals=6)
WHOLE = Field("integer", NAME)
DAY = Field("date", NAME)
MOMENT = Field("moment", NAME)
FLAG = Field("flag", NAME)
LINE = Field("text", NAME, length=5)
TEXT = Field("longtext", NAME, length=20)
MAIL = Field("email", NAME, length=50)
KIND = entity("customer").__fields__["kind"]


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (MONEY, "1,234,567.5", Decimal("1234567.5")), (MONEY, "１２３．５", Decimal("123.5")),
        (MONEY, "-3", -3),
        (MONEY, " 7 ", 7), (MONEY, "", None), (MONEY, 0.1, Decimal("0.1")), (MONEY, "1e3", 1000),
        (MONEY, "0.00005", Decimal("0.0001")), (MONEY, "-0.00005", Decimal("-0.0001")),
        (PERCENT, "12.5%", Decimal("12.5")), (WHOLE, "1,000", 1000), (WHOLE, "3.0", 3),
        (DAY, "2026-01-31", date(2026, 1, 31)), (DAY, "2026/1/5", date(2026, 1, 5)),
        (DAY, "2026年1月5日", date(2026, 1, 5)), (DAY, date(2026, 1, 5), date(2026, 1, 5)),
        (MOMENT, "2026-01-31 08:00", datetime(2026, 1, 31, tzinfo=UTC)),
        (MOMENT, "2026-01-31T08:00:09", datetime(2026, 1, 31, 0, 0, 9, tzinfo=UTC)),
        (MOMENT, "2026-01-31T08:00Z", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        (MOMENT, "2026-01-31 08:00+01:00", datetime(2026, 1, 31, 7, tzinfo=UTC)),
        (MOMENT, "2026-01-31", datetime(2026, 1, 30, 16, tzinfo=UTC)),
        (FLAG, "是", True), (FLAG, "off", False), (FLAG, True, True), (FLAG, "0", False),
        (KIND, "prospect", "prospect"), (KIND, "潜在客户", "prospect"), (KIND, "Prospect", "prospect"),
        (LINE, "上海机械厂", "上海机械厂"), (TEXT, "a\r\nb", "a\nb"), (MAIL, "a@b.cn", "a@b.cn"),
    ],
)  # fmt: skip
def test_taken(field, raw, value):
    assert typed(field, raw, SHANGHAI).value == value


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        (MONEY, "1.234,56"), (MONEY, "1,23"), (MONEY, "1 234"), (MONEY, "¥5"), (MONEY, "NaN"), (MONEY, "inf"),
        (MONEY, float("nan")), (MONEY, True), (MONEY, "1" * 15), (WHOLE, "1.5"), (WHOLE, "9" * 30),
        (DAY, "31.01.2026"), (DAY, "2026-02-30"), (DAY, "0202-01-01"), (DAY, "2026-01-31 08:00"),
        (MOMENT, "2026-01-31 25:00"), (MOMENT, "8:00"), (MOMENT, "2026-01-31 soon"), (FLAG, "maybe"),
        (KIND, "friend"), (LINE, "上海机械工厂"), (LINE, "a\nb"), (LINE, "a\x00b"), (TEXT, "a\x00b"),
        (MAIL, "a@b"),
        (LINE, ["a"]),
    ],
)  # fmt: skip
def test_refused_with_a_remedy_in_both_languages(field, raw):
    with pytest.raises(Untyped) as untyped:
        typed(field, raw, SHANGHAI)
    assert untyped.value.message.zh.endswith("。")
    assert untyped.value.message.en.endswith(".")


def test_rounding_is_told():
    assert typed(MONEY, "2.00005", SHANGHAI).warning is not None
    assert typed(MONEY, "2.0000500", SHANGHAI).value == Decimal("2.0001")
    assert typed(MONEY, "2.500000", SHANGHAI).warning is None
