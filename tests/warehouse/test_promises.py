"""Promises, states and hands of requests: what the warehouse says equals what the clerks' store promises, by the
terms of the day; spans adjoin, and the backlog is the time that requests were open."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operational.rules.business_clock import CLOSED, OFFICE, OpeningHours
from tests.landed import Landed

FIRST = datetime(2026, 2, 2)  # noqa: DTZ001  # naive UTC, as the warehouse keeps it
SHANGHAI = timedelta(hours=8)
NEVER = datetime(9999, 12, 31)  # noqa: DTZ001
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NIGHT = (timedelta(hours=20), timedelta(hours=24))
DAY = (timedelta(), timedelta(hours=24))
WEEK = (OFFICE, NIGHT, CLOSED, OFFICE, NIGHT, DAY, CLOSED)
SPECIAL = {date(2026, 2, 5): CLOSED, date(2026, 2, 8): OFFICE, date(2026, 2, 11): DAY}


def text(hours: tuple[timedelta, timedelta]) -> str | None:
    return None if hours == CLOSED else "-".join(f"{one // timedelta(hours=1):02}:00" for one in hours)


def land_requests(landed: Landed, dice: random.Random, count: int) -> list[dict[str, Any]]:
    """Requests of random instants, some waiting for the customer on their way, under one agreement."""
    landed.land("customer", [{"code": "A", "name": "A"}])
    landed.land(
        "service_calendar", [{"code": "K", "name": "K"} | dict(zip(WEEKDAYS, map(text, WEEK), strict=True))]
    )
    landed.land("service_calendar_line", [
        {"service_calendar_id": 1, "line_no": number, "day": day, "kind": "holiday" if hours == CLOSED else "working",
         "hours": text(hours)}
        for number, (day, hours) in enumerate(SPECIAL.items())
    ])  # fmt: skip
    landed.land("service_agreement", [
        {"number": "S", "customer_id": 1, "starts_on": date(2026, 1, 1), "state": "active", "calendar_id": 1,
         "response_hours": 5, "resolution_hours": 13, "pauses_for_customer": True}
    ])  # fmt: skip
    requests, steps = [], []
    for number in range(1, count + 1):
        opened = FIRST + timedelta(seconds=dice.randrange(8 * 86_400))
        requests.append(
            {
                "number": str(number),
                "customer_id": 1,
                "subject": "s",
                "state": "in_progress",
                "opened_at": opened,
            }
        )
        at, state = opened, "new"
        for place in range(1, dice.randrange(1, 7)):
            before, state = state, "waiting_customer" if place % 2 == 0 else "in_progress"
            at += timedelta(seconds=dice.randrange(36 * 3600))
            steps.append({"entity": "service_request", "record": number, "sequence": place, "verb": "v",
                          "from_state": before, "to_state": state, "changed_at": at})  # fmt: skip
    landed.land("service_request", requests)
    landed.land("state_change", steps)
    landed.model()
    return [
        one | {"steps": [step for step in steps if step["record"] == int(one["number"])]} for one in requests
    ]


def running(request: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
    spans, begin = [], request["opened_at"] + SHANGHAI
    for step in request["steps"]:
        at = step["changed_at"] + SHANGHAI
        if step["to_state"] == "waiting_customer":
            spans.append((begin, at))
            begin = None
        elif begin is None:
            begin = at
    return [*spans, (begin, None)] if begin else spans


def test_warehouse_and_store_promise_the_same_time(landed: Landed) -> None:
    """The store says when the time is over, the warehouse until when it is not: between the two nothing is open."""
    requests = land_requests(landed, random.Random(7), 300)
    hours = OpeningHours(WEEK, SPECIAL)
    late = {
        (number, target): until
        for number, target, until in landed.connection.execute(
            "select number, target, late_local from core.fct_promise"
        ).fetchall()
    }
    assert len(late) == 600
    for one in requests:
        opened = one["opened_at"] + SHANGHAI
        for target, spans, hours_promised in (
            ("response", [(opened, None)], 5),
            ("resolution", running(one), 13),
        ):
            due = hours.promised(spans, timedelta(hours=hours_promised))
            until = late[one["number"], target]
            if due is None:
                assert until == NEVER
            elif target == "response" or not one["steps"]:
                assert due <= until, one
                assert hours.between(due, until) == timedelta(), one
            else:
                assert due <= until, one
                inside = [(max(begin, due), min(end or until, until)) for begin, end in spans]
                assert (
                    sum((hours.between(*span) for span in inside if span[0] < span[1]), timedelta())
                    == timedelta()
                )


@pytest.mark.parametrize(("day", "met"), [("2026-03-01", 0), ("2026-03-02", 1)])
def test_terms_are_those_of_the_day_of_opening(landed: Landed, day: str, met: int) -> None:
    """Answered after 5 hours: too late under the terms of before 2 March, in time under those after."""
    landed.land("customer", [{"code": "A", "name": "A"}])
    agreement = {
        "number": "S",
        "customer_id": 1,
        "starts_on": date(2026, 1, 1),
        "calendar_id": 1,
        "response_hours": 8,
    }
    landed.land("service_agreement", [agreement | {"state": "active"}])
    landed.land("service_calendar", [{"code": "K", "name": "K"} | dict.fromkeys(WEEKDAYS, "00:00-24:00")])
    for state, hours, until in (("draft", 1, "2026-01-15"), ("active", 4, "2026-03-01 16:00:00")):
        landed.connection.execute(
            "insert into history.service_agreement by name select 1 as id, 'S' as number, 1 as customer_id, 1 as calendar_id, "
            f"date '2026-01-01' as starts_on, '{state}' as state, {hours} as response_hours, timestamp '{until}' as recorded_to, "
            "1 as change_seq"
        )
    opened = datetime.fromisoformat(f"{day} 02:00")
    landed.land("service_request", [
        {"number": "1", "customer_id": 1, "subject": "s", "state": "claimed", "opened_at": opened,
         "first_response_at": opened + timedelta(hours=5)}
    ])  # fmt: skip
    landed.model()
    (found,) = landed.ask("sla_met,sla_breached", as_of="2026-04-01")
    assert (found["sla_met"], found["sla_breached"]) == (met, 1 - met)


def test_what_was_signed_holds_from_its_beginning_although_it_was_entered_later(landed: Landed) -> None:
    landed.land("customer", [{"code": "A", "name": "A"}])
    landed.land("service_agreement", [
        {"number": "S", "customer_id": 1, "starts_on": date(2026, 1, 1), "state": "active", "response_hours": 8}
    ])  # fmt: skip
    landed.connection.execute(
        "insert into history.service_agreement by name select 1 as id, 'S' as number, 1 as customer_id, date '2026-01-01' "
        "as starts_on, 'draft' as state, 1 as response_hours, timestamp '2026-03-20' as recorded_to, 1 as change_seq"
    )
    opened = datetime(2026, 3, 2, 2)  # noqa: DTZ001  # a Monday, 10 in Shanghai
    landed.land("service_request", [
        {"number": "1", "customer_id": 1, "subject": "s", "state": "claimed", "opened_at": opened,
         "first_response_at": opened + timedelta(hours=7)}
    ])  # fmt: skip
    landed.model()
    assert landed.ask("sla_met", as_of="2026-04-01") == [{"sla_met": 1}]


def test_spans_of_states_adjoin_from_opening_to_closing(company: Landed) -> None:
    """They add up to closed − opened exactly; of an open one the last has no end."""
    rows = company.connection.execute(
        """select f.request_id, date_diff('second', f.opened_at, f.closed_at), sum(date_diff('second', s.starts_at, s.ends_at)),
               min(s.starts_at) = f.opened_at, max(s.ends_at) is not distinct from f.closed_at,
               count(*) - count(s.ends_at), count(*)
           from core.fct_request as f join core.fct_request_state as s using (request_id)
           group by f.request_id, f.opened_at, f.closed_at"""
    ).fetchall()
    assert len(rows) == 400
    for request, lasted, summed, begins, ends, without_end, count in rows:
        assert begins, request
        if lasted is None:
            assert without_end == 1, request
        else:
            assert (summed, ends, without_end) == (lasted, True, 0), (request, count)
    overlapping = company.connection.execute(
        """select count(*) from core.fct_request_state as a join core.fct_request_state as b
           on a.request_id = b.request_id and b.sequence = a.sequence + 1
           where a.ends_at is distinct from b.starts_at"""
    ).fetchone()
    assert overlapping == (0,)


def test_every_covered_request_is_met_broken_or_undecided(company: Landed) -> None:
    for target in ("response", "resolution"):
        for as_of in ("2024-09-01", "2025-03-01", "2026-06-01"):
            names = [f"{name}@target={target}" for name in ("sla_met", "sla_breached", "sla_undecided")]
            (found,) = company.ask(",".join(names), as_of=as_of)
            covered = company.connection.execute(
                "select count(*) from core.fct_promise where target = ? and opened_on < ?", [target, as_of]
            ).fetchone()
            assert (sum(found[name] for name in names),) == covered
            assert covered[0] > 40


def test_hands_are_counted_in_the_history_and_added_to_those_of_before(landed: Landed) -> None:
    """1, nobody, 1, 2: one person to another once, after two times in another system; at first it was nobody's."""
    landed.land("person", [{"code": code, "name": code, "org_unit_id": 1} for code in "pq"])
    landed.land("customer", [{"code": "A", "name": "A"}])
    request = {"number": "1", "customer_id": 1, "subject": "s", "state": "claimed", "reassigned_count": 2,
               "opened_at": datetime(2026, 3, 2)}  # noqa: DTZ001  # fmt: skip
    landed.land("service_request", [request | {"assignee_id": 2}])
    for hour, assignee in enumerate(("null", "1", "null", "1")):
        landed.connection.execute(
            "insert into history.service_request by name select 1 as id, '1' as number, 1 as customer_id, "
            f"{assignee} as assignee_id, 2 as reassigned_count, timestamp '2026-03-02 0{hour}:00:00' as recorded_to, "
            f"{hour} as change_seq"
        )
    landed.model()
    assert landed.ask("hops:mean,reassigned_share", as_of="2026-04-01") == [
        {"hops:mean": 3, "hops:n": 1, "reassigned_share": 1, "reassigned_share:n": 1}
    ]


@given(begin=st.integers(0, 700), length=st.integers(1, 120))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_backlog_summed_over_days_is_the_days_that_requests_were_open(
    company: Landed, begin: int, length: int
) -> None:
    """Little's identity, exact in any window: the integral of the open count is the sum of the overlaps."""
    first = date(2024, 1, 1) + timedelta(days=begin)
    last = first + timedelta(days=length)
    rows = company.ask("requests_open", grain="day", start=first, end=last, as_of="2027-01-01")
    overlaps = company.connection.execute(
        """select coalesce(sum(date_diff('day', greatest(opened_on, $first), least(coalesce(ended_on, $last), $last))), 0)
           from core.fct_request where opened_on < $last and coalesce(ended_on, $last) > $first""",
        {"first": first, "last": last},
    ).fetchone()
    assert sum(row["requests_open"] for row in rows) == overlaps[0]
