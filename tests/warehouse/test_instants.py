"""An as-of within a day: what happened before the instant is known, what happened at it or later is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests.landed import Landed
from tests.warehouse.company import land_company
from tests.warehouse.test_laws import close
from warehouse.ask import models
from warehouse.catalog import load_catalog
from warehouse.compile.span import resolve
from warehouse.question import AskRefused, parse_as_of, parse_question

SHOWN = [
    one for one in load_catalog().shown() if one.subject != "data"
]  # which tells of the load, not of an as-of
FIRST = {"service_request": "opened_at", "complaint": "opened_at", "part_replacement": "replaced_at",
         "state_change": "changed_at"}  # fmt: skip
LATER = {"service_request": ("first_response_at", "first_resolved_at", "resolved_at", "closed_at"),
         "complaint": ("resolved_at", "closed_at")}  # fmt: skip


def events_of(company: Landed, table: str, column: str) -> list[datetime]:
    found = company.connection.execute(
        f"select {column} from raw.{table} where {column} is not null order by 1"
    )
    return [row[0] for row in found.fetchall()]


@pytest.fixture(scope="module", params=["opened_at", "resolved_at"])
def split(request: pytest.FixtureRequest, company: Landed) -> tuple[Landed, datetime]:
    """An instant at which a request was opened or resolved, and the company as it was then: nothing later has happened."""
    seen = events_of(company, "service_request", request.param)
    instant = seen[len(seen) * 2 // 3]
    then = Landed()
    land_company(then)
    for table, column in FIRST.items():
        then.connection.execute(f"delete from raw.{table} where {column} >= ?", [instant])
    for table, columns in LATER.items():
        for column in columns:
            then.connection.execute(f"update raw.{table} set {column} = null where {column} >= ?", [instant])
    then.model()
    return then, instant.replace(tzinfo=UTC)


@pytest.mark.parametrize("name", [one.name for one in SHOWN])
def test_an_instant_sees_what_had_happened_by_then(
    company: Landed, split: tuple[Landed, datetime], name: str
) -> None:
    then, instant = split
    metric = load_catalog().metric(name)
    asked = ",".join([name, *(f"{name}:{one}" for one in metric.statistics)])
    by = [f"{one}.code" for one in metric.needs]
    expected = then.ask(asked, by=by, now=instant)
    found = company.ask(asked, by=by, as_of=instant.isoformat())
    assert len(found) == len(expected)
    for row, other in zip(found, expected, strict=True):
        assert all(close(row[one], other[one]) for one in row), (row, other)


@pytest.mark.parametrize("name", ["requests_opened", "requests_open", "requests_unclosed", "replacements"])
def test_the_periods_before_an_instant_are_those_of_then(
    company: Landed, split: tuple[Landed, datetime], name: str
) -> None:
    then, instant = split
    rows = company.ask(name, grain="day", start="2025-01-01", as_of=instant.isoformat())
    expected = then.ask(name, grain="day", start="2025-01-01", now=instant)
    assert rows[: len(expected)] == expected
    assert [row.get("partial", False) for row in rows] == [False] * (len(rows) - 1) + [True]


def test_the_rows_behind_are_those_of_then(company: Landed, split: tuple[Landed, datetime]) -> None:
    _, instant = split
    (open_then,) = company.ask("requests_open", as_of=instant.isoformat())
    (plain,) = company.connection.execute(
        "select count(*) from core.fct_request where opened_at < $1 and coalesce(resolved_at, closed_at, $1) >= $1",
        [instant.replace(tzinfo=None)],
    ).fetchall()
    assert open_then["requests_open"] == plain[0]


def test_a_midnight_is_its_day(company: Landed) -> None:
    asked = ",".join(one.name for one in SHOWN if not one.needs and one.kind in ("aggregate", "stock"))
    day = company.ask(asked, as_of="2025-03-20")
    assert day == company.ask(asked, as_of="2025-03-20T00:00")
    assert day == company.ask(asked, as_of="2025-03-19T16:00+00:00")


def test_an_instant_is_read_in_the_business_zone_and_told_as_it_was_asked(company: Landed) -> None:
    question = parse_question(metrics="orders", as_of="2025-03-20T14:30")
    span = resolve(question, "Asia/Shanghai")
    assert (span.as_of, span.end, span.now) == (
        date(2025, 3, 20), date(2025, 3, 21), datetime(2025, 3, 20, 6, 30),  # noqa: DTZ001  # naive UTC
    )  # fmt: skip
    assert company.answer("orders", as_of="2025-03-20T14:30").as_json()["as_of"] == "2025-03-20T14:30:00"
    assert parse_as_of("2025-03-20T14:30:05+09:00") == datetime(
        2025, 3, 20, 14, 30, 5, tzinfo=timezone(timedelta(hours=9))
    )
    elsewhere = company.answer("orders", as_of="2025-03-20T23:30-01:00")
    assert (elsewhere.span.as_of, elsewhere.as_json()["as_of"]) == (
        date(2025, 3, 21),
        "2025-03-20T23:30:00-01:00",
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"end": "2026-02-02", "as_of": "2026-02-01"}, {"start": "2026-02-01", "as_of": "2026-02-01"},
        {"end": "2026-02-03", "as_of": "2026-02-01T12:00"}, {"start": "2026-02-02", "as_of": "2026-02-01T12:00"},
    ],
)  # fmt: skip
def test_a_range_beyond_the_as_of_is_refused(company: Landed, asked: dict[str, str]) -> None:
    with pytest.raises(AskRefused, match=r"--as-of 2026-02-01"):
        company.ask("revenue", **asked)


def test_what_is_no_day_and_no_time_is_refused() -> None:
    with pytest.raises(AskRefused, match="'soon' is no day and no time; write it as"):
        parse_as_of("soon")


def test_models_are_fitted_to_what_was_known_at_an_instant(
    company: Landed, split: tuple[Landed, datetime]
) -> None:
    then, instant = split
    for name in ("power_law", "weibull"):
        assert models(company.connection, name, as_of=instant) == models(then.connection, name, now=instant)


def test_every_day_of_an_instant_that_a_table_has_is_declared() -> None:
    """A day column beside the instant of the same name is compared with an as-of within a day by that instant."""
    for table in load_catalog().tables.values():
        instants = {one.rpartition("_")[0] for one in table.columns if one.endswith(("_at", "_local"))}
        days = {one for one in table.columns if one.endswith("_on") and one.removesuffix("_on") in instants}
        assert days <= table.instants.keys(), table.name
