"""How figures are written for people, in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from dashboards.numbers import change, full, period_name, short


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (Decimal("86423000.50"), "money", "¥8,642.3万", "¥86.4M"),
        (Decimal("243500000"), "money", "¥2.4亿", "¥243.5M"),
        (1284, "count", "1,284", "1,284"),
        (0.1264, "share", "12.6%", "12.6%"),
        (3.2, "hours", "3.2 小时", "3.2 h"),
        (0, "count", "0", "0"),
        (None, "money", "–", "–"),
        (Decimal("-52000"), "money", "¥-5.2万", "¥-52.0K"),
    ],
)
def test_short(value, unit, zh, en):
    assert short(value, unit, "zh") == zh
    assert short(value, unit, "en") == en


def test_full_keeps_cents_and_separators():
    assert full(Decimal("12850000.50"), "money", "zh") == "¥12,850,000.50"
    assert full(Decimal("0.125"), "share", "en") == "12.50%"
    assert full(None, "count", "en") == "–"


def test_change_has_no_answer_without_a_base():
    assert change(5, 0) is None
    assert change(5, None) is None
    assert change(None, 5) is None
    assert change(-5, -10) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("day", "grain", "zh", "en"),
    [
        (date(2026, 10, 1), "month", "2026-10", "2026-10"),
        (date(2027, 1, 1), "week", "2026-W53", "2026-W53"),
        (date(2026, 10, 1), "quarter", "2026年4季度", "2026 Q4"),
        (date(2026, 1, 1), "year", "2026", "2026"),
        ("2026-11-23", "day", "2026-11-23", "2026-11-23"),
    ],
)
def test_period_names(day, grain, zh, en):
    assert (period_name(day, grain, "zh"), period_name(day, grain, "en")) == (zh, en)
