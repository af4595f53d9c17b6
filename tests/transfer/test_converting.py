"""Cells to stored values: numbers exactly, days without guessing, instants to UTC through every change of clocks."""

# ruff: noqa: DTZ001 - the store keeps instants as naive UTC, and so do these expectations
import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operational.transfer.converting.numbers import convert_numbers
from operational.transfer.converting.times import convert_days, convert_moments
from operational.transfer.mapping.plan import Count, Rule

BERLIN = ZoneInfo("Europe/Berlin")


def number(text, decimals=4, **how):
    read = convert_numbers(pa.array([text]), decimals, **how)
    value = read.values[0].as_py()
    return None if read.bad[0] or read.large[0] else Decimal(value).scaleb(-decimals)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", "12.5"), ("-3", "-3"), (".5", "0.5"), ("5.", "5"), ("+7", "7"), ("0012", "12"),
        ("1e3", "1000"), ("1.5E-03", "0.0015"), ("$1,234.50", "1234.5"), ("$201.04 ", "201.04"),
        ("(12.00)", "-12"), ("€ 7", "7"), ("￥12", "12"), ("¥1,000", "1000"), ("EUR 5.50", "5.5"), ("12 CNY", "12"), ("-USD 3", "-3"),
        ("7.00-", "-7"), ("1,250.00-", "-1250"), ("1'234.50", "1234.5"), ("1,234", "1234"), ("−5", "-5"), ("（１，２００．５）", "-1200.5"),
        ("0.00005", "0.0001"), ("-0.00005", "-0.0001"), ("0.00004", "0"), ("9.80000019", "9.8"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,5", "1.234,50", "--1", "1 2 3x", "12%", "0x10", "1,23,456", "EURO 5", "-7-", "nan", "inf"],
)
def test_what_is_no_number_is_not_guessed(text):
    assert number(text) is None


def test_scale_decimal_comma_and_percent():
    assert number("7", scale=Decimal("0.1")) == Decimal("0.7")
    assert number("1.234,5", decimal_sign=",") == Decimal("1234.5")
    assert number("1.234", decimal_sign=",") == Decimal(1234)
    assert number("1.5", decimal_sign=",") is None
    assert number("1.5", decimal_sign=",", typed=True) == Decimal("1.5")  # a spreadsheet's own number
    assert number("0.150000006", decimals=6, scale=Decimal(100)) == Decimal("15.000001")
    assert number("15 %", percent=True) == Decimal(15)


def test_too_many_digits_are_refused_not_cut():
    assert number("99999999999999") == Decimal("99999999999999")
    assert number("999999999999999") is None
    assert number("1e300") is None


@given(st.decimals(-(10**11), 10**11, places=9, allow_nan=False), st.integers(0, 6))
def test_rounding_is_half_up_and_exact(value, decimals):
    exact = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    read = convert_numbers(pa.array([format(value, "f")]), decimals)
    assert Decimal(read.values[0].as_py()).scaleb(-decimals) == exact
    assert read.rounded[0] == (exact != value)


def moment(text, business=BERLIN, **rule):
    read = convert_moments(pa.array([text]), Rule(**rule), business)
    return None if read.bad[0] else read.values[0].as_py(), bool(read.doubtful[0])


UTC_TIMES = [
    ("2026-01-31 14:05", "2026-01-31 13:05"), ("2026-07-31T14:05:09", "2026-07-31 12:05:09"),
    ("2026/7/3 4:05", "2026-07-03 02:05"), ("20260703", "2026-07-02 22:00"), ("2026年7月3日 14时30分", "2026-07-03 12:30"),
    ("2026-07-03T04:05:06.5Z", "2026-07-03 04:05:06.500000"), ("2026-07-03 04:05+08:00", "2026-07-02 20:05"),
    ("2026-07-03T04:05:00-0330", "2026-07-03 07:35"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "utc"), UTC_TIMES)
def test_an_instant_ends_in_utc(text, utc):
    assert moment(text) == (datetime.datetime.fromisoformat(utc), False)


@pytest.mark.parametrize(
    "text", ["03/07/2026", "3.7.2026", "2026-02-30", "2026-13-01", "2026-07-03 25:00", "noon", "2026-7"]
)
def test_a_day_that_needs_guessing_is_refused(text):
    assert moment(text)[0] is None
    assert convert_days(pa.array([text]), Rule(), BERLIN).bad[0]


def test_clocks_that_change():
    """02:30 never was on 2026-03-29 and was twice on 2026-10-25; Python's own zones say the same."""
    assert moment("2026-03-29 02:30") == (datetime.datetime(2026, 3, 29, 1, 30), True)
    assert moment("2026-10-25 02:30") == (datetime.datetime(2026, 10, 25, 0, 30), True)
    assert moment("2026-10-25 02:30+01:00") == (datetime.datetime(2026, 10, 25, 1, 30), False)
    assert moment("2026-03-29 03:00") == (datetime.datetime(2026, 3, 29, 1, 0), False)


@given(st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2100, 1, 1)), st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]))  # fmt: skip
def test_any_wall_clock_time_is_the_instant_that_zoneinfo_says(wall, zone):
    expected = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC).replace(tzinfo=None)
    assert moment(wall.isoformat(), ZoneInfo("Asia/Tokyo"), zone=ZoneInfo(zone))[0] == expected


def test_declared_formats_and_counted_days():
    form = {"formats": ("%m/%d/%y %I:%M:%S %p",), "zone": ZoneInfo("Europe/Paris")}
    assert moment("04/15/22 03:53:50 PM", **form)[0] == datetime.datetime(2022, 4, 15, 13, 53, 50)
    assert moment("15/04/22 03:53:50 PM", **form)[0] is None
    since = {"counts": Count(datetime.date(2000, 1, 1), 86_400_000_000)}
    assert moment("761.5", **since)[0] == datetime.datetime(2002, 1, 31, 11, 0)
    days = convert_days(pa.array(["761.0", "x", "1e30"]), Rule(**since), BERLIN)
    assert days.values.to_pylist() == [datetime.date(2002, 1, 31), None, None]
    assert (days.bad.tolist(), days.beyond.tolist()) == ([False, True, False], [False, False, True])


def test_a_day_of_an_instant_with_offset_is_the_business_day():
    texts = ["2026-07-03T23:30:00Z", "2026-07-03 23:30", "2026-07-03"]
    days = convert_days(pa.array(texts), Rule(), ZoneInfo("Asia/Shanghai")).values.to_pylist()
    assert days == [datetime.date(2026, 7, 4), datetime.date(2026, 7, 3), datetime.date(2026, 7, 3)]
