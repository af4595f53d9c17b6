"""How figures are written for people, in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from dashboards.numbers import (
    change,
    change_text,
    direction,
    full,
    period_name,
    round_step,
    scale_unit,
    short,
)
from dashboards.render.files import csv_text


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
        (Decimal("-52000"), "money", "-¥5.2万", "-¥52.0K"),
    ],
)
def test_short(value, unit, zh, en):
    assert short(value, unit, "zh") == zh
    assert short(value, unit, "en") == en


def test_full_keeps_cents_and_separators():
    assert full(Decimal("12850000.50"), "money", "zh") == "¥12,850,000.50"
    assert full(Decimal("-4586.4"), "money", "zh") == full(Decimal("-4586.4"), "money", "en") == "-¥4,586.40"
    assert full(Decimal("0.125"), "share", "en") == "12.50%"
    assert full(None, "count", "en") == "–"


def test_a_change_that_is_written_as_nought_goes_nowhere():
    assert direction(0.36, 0.3599, "share") == 0
    assert direction(0.36, 0.355, "share") == 1
    assert direction(99_999, 100_000, "money") == 0
    assert direction(98_000, 100_000, "money") == -1
    assert direction(5, None, "count") is None


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


def test_changes_of_shares_are_in_points():
    """From 40 % to 50 % are ten points; a quarter more would be read as 65 %."""
    assert change_text(0.5, 0.4, "share", "en") == "10.0 pp"
    assert change_text(0.4, 0.5, "share", "zh") == "10.0 个百分点"
    assert change_text(50, 40, "count", "en") == "25.0%"
    assert change_text(5, 0, "count", "en") == ""


@pytest.mark.parametrize(
    ("least", "step"), [(0.9, 1), (1, 1), (1.1, 2), (23, 25), (26, 50), (600_000, 1_000_000)]
)
def test_steps_are_round_and_not_below(least, step):
    assert round_step(least) == pytest.approx(step)


def test_a_scale_names_its_unit():
    assert scale_unit("money", "zh", "CNY") == "元"
    assert scale_unit("money", "en", "EUR") == "EUR"
    assert scale_unit("hours", "zh", "CNY") == "小时"
    assert scale_unit("share", "zh", "CNY") == ""


def test_cells_of_a_csv_file_are_no_formulas_and_empty_ones_are_empty():
    rows = [["=1+1", "", None], ["＝1+1", "-5", Decimal("-5")], ["'=1", "plain", 0]]
    assert csv_text(["a", "b", "c"], rows).splitlines()[1:] == ["'=1+1,,", "'＝1+1,-5,-5", "''=1,plain,0"]
