"""A question is read as it is written, and refused in both languages where it cannot be."""

from datetime import UTC, date, datetime

import pytest

from warehouse.compile.span import add_months, next_period, period_of, resolve
from warehouse.question import AskRefused, Filter, parse_figure, parse_filters, parse_question


def test_a_figure_with_all_its_parts() -> None:
    figure = parse_figure("resolution_hours@clock=business;priority=1:km_p50:lo95")
    assert figure.metric == "resolution_hours"
    assert dict(figure.parameters) == {"clock": "business", "priority": "1"}
    assert (figure.statistic, figure.limit) == ("km_p50", "lo95")
    assert figure.stem == "resolution_hours@clock=business;priority=1"


def test_a_limit_may_stand_without_a_statistic() -> None:
    assert parse_figure("replacement_rate:lo95").limit == "lo95"
    assert parse_figure("repeat_rate:n").statistic is None


@pytest.mark.parametrize(
    "text", ["", "Revenue", "a@b", "a@b=", "a@b=1;b=2", "a:p50:x9", "a b", "a;drop table x"]
)
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(AskRefused) as refused:
        parse_figure(text)
    assert set(refused.value.reason) == {"zh", "en"}


def test_filters_gather_by_dimension() -> None:
    found = parse_filters(["region=East", "region=West", "level!=A", "owner=", "customer.name=A=B"])
    assert found == (
        Filter("region", ("East", "West"), ()),
        Filter("level", (), ("A",)),
        Filter("owner", ("",), ()),
        Filter("customer.name", ("A=B",), ()),
    )


@pytest.mark.parametrize("text", ["region", "=x", "region>5", "Region=x", "a..b=1"])
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(AskRefused):
        parse_filters([text])


@pytest.mark.parametrize(
    "asked",
    [
        {"grain": "hour"}, {"compare": "last"}, {"top": 0, "by": "region"}, {"top": 3}, {"other": True},
        {"start": "2026-02-01", "end": "2026-02-01"}, {"as_of": "soon"},
        {"start": "2026-13-01"}, {"by": "Region"},
    ],
)  # fmt: skip
def test_parts_that_contradict_each_other_are_refused(asked: dict[str, object]) -> None:
    with pytest.raises(AskRefused):
        parse_question(metrics="revenue", **asked)  # type: ignore[arg-type]


def test_periods_of_every_grain() -> None:
    day = date(2026, 11, 25)
    assert [period_of(day, grain).isoformat() for grain in ("day", "week", "month", "quarter", "year")] == [
        "2026-11-25", "2026-11-23", "2026-11-01", "2026-10-01", "2026-01-01",
    ]  # fmt: skip
    assert next_period(date(2026, 10, 1), "quarter") == date(2027, 1, 1)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


def test_the_present_is_that_of_the_business_zone() -> None:
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 1 in the morning of the 24th in Shanghai
    span = resolve(parse_question(metrics="revenue"), "Asia/Shanghai", late)
    assert (span.as_of, span.end) == (date(2026, 11, 24), date(2026, 11, 25))
    asked = resolve(parse_question(metrics="revenue", as_of="2026-11-24"), "Asia/Shanghai", late)
    assert (asked.as_of, asked.end, asked.now) == (
        date(2026, 11, 24),
        date(2026, 11, 24),
        datetime(2026, 11, 23, 16, 0),  # noqa: DTZ001  # naive UTC
    )
