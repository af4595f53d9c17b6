"""Agreements and the times that they promise: found on the day of opening, counted in opening hours, paused, renewed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operational.crud.find import find, get
from operational.crud.refusal import Invalid, Refused
from operational.crud.write import update
from operational.entity import entity
from operational.rules.business_clock import CLOSED, OFFICE, STANDARD, OpeningHours
from operational.rules.register import do_daily

HERE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  # on the wall
HOURS = timedelta(hours=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HERE).astimezone(UTC)


def agreement(company, lines=None, active=True, **values):
    values = {"customer": "C1", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "signed_on": "2025-12-20",
              "response_hours": "4", "resolution_hours": "20"} | values  # fmt: skip
    made = company.create("system", "service_agreement", lines or [], **values)
    if active:
        company.walk("service_boss", "service_agreement", made.key, "activate")
    return made.key


def request(company, **values):
    values = {"customer": "C1", "subject": "漏水", "opened_at": "2026-03-06 17:00"} | values  # a Friday
    return company.create("agent", "service_request", **values)


def calendar(company, lines=None, **hours):
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "8:00-12:00") | hours
    return company.create("system", "service_calendar", lines or [], code="K1", name="早班", **days).key


def test_a_request_takes_the_agreement_of_its_day_and_its_times(company):
    key = agreement(company)
    one = request(company).values
    assert one["agreement"].key == key
    assert one["response_due_at"] == at("2026-03-09 12:00")  # an hour on Friday, three on Monday
    assert one["resolution_due_at"] == at("2026-03-11 10:00")
    before = request(company, opened_at="2025-12-31 10:00").values
    assert (before["agreement"], before["response_due_at"]) == (None, None)
    assert request(company, customer="C2").values["agreement"] is None


def test_a_draft_and_a_suspended_agreement_promise_nothing(company):
    key = agreement(company, active=False)
    assert request(company).values["agreement"] is None
    company.walk("service_boss", "service_agreement", key, "activate")
    company.walk("service_boss", "service_agreement", key, "suspend", comment="未付款")
    assert request(company).values["agreement"] is None
    company.walk("service_boss", "service_agreement", key, "resume")
    assert request(company).values["agreement"].key == key


def test_named_units_go_first_and_lines_say_other_targets(company):
    for serial in ("U1", "U2"):
        company.create("system", "unit", serial=serial, item="P1", customer="C1", installed_on="2025-01-01")
    everything = agreement(company, [{"priority": "紧急", "response_hours": "1"}])
    only_one = agreement(company, [{"unit": "U1"}, {"unit": "U1", "priority": "紧急", "response_hours": "2"}],
                         starts_on="2025-06-01")  # fmt: skip
    found = request(company, unit="U1").values
    assert (found["agreement"].key, found["response_due_at"]) == (only_one, at("2026-03-09 12:00"))
    assert request(company, unit="U1", priority="紧急").values["response_due_at"] == at("2026-03-09 10:00")
    other = request(company, unit="U2", priority="紧急").values
    assert (other["agreement"].key, other["response_due_at"]) == (everything, at("2026-03-06 18:00"))


def test_a_changed_priority_changes_the_promise_and_keeps_the_agreement(company):
    key = agreement(company, [{"priority": "紧急", "response_hours": "1"}])
    one = request(company)
    agreement(company, starts_on="2026-02-01")
    with company.store.writing("agent") as session:
        changed = update(
            session, company.actors["agent"], entity("service_request"), one.key, {"priority": "紧急"}
        )
    assert changed.values["agreement"].key == key
    assert changed.values["response_due_at"] == at("2026-03-06 18:00")


def test_holidays_are_no_time_and_made_up_days_are(company):
    lines = [{"day": "2026-03-09", "kind": "holiday"}, {"day": "2026-03-07", "kind": "working"},
             {"day": "2026-03-08", "kind": "working", "hours": "10:00-11:00"}]  # fmt: skip
    agreement(company, calendar=calendar(company, lines))
    one = request(
        company, opened_at="2026-03-06 11:00"
    ).values  # 1 + 4 on Saturday, 1 on Sunday, none on Monday
    assert one["response_due_at"] == at("2026-03-07 11:00")
    assert one["resolution_due_at"] == at(
        "2026-03-13 10:00"
    )  # 6 by Sunday, 4 a day from Tuesday on, 2 on Friday


def test_the_clock_stops_while_the_customer_is_waited_for(company, monkeypatch):
    agreement(company, pauses_for_customer=True, calendar=calendar(company, **ALWAYS))
    key = request(company, opened_at="2026-03-06 17:00").key

    def walk(verb, clock):
        monkeypatch.setattr("operational.crud.steps.now", lambda: at(clock))
        return company.walk("agent", "service_request", key, verb).values["resolution_due_at"]

    assert walk("claim", "2026-03-06 18:00") == at("2026-03-07 13:00")
    walk("start", "2026-03-06 19:00")
    walk("wait_for_customer", "2026-03-06 20:00")
    assert walk("resume", "2026-03-08 20:00") == at("2026-03-09 13:00")
    walk("wait_for_customer", "2026-03-09 01:00")
    assert walk("resume", "2026-03-09 02:00") == at("2026-03-09 14:00")


ALWAYS = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "00:00-24:00"
)


def test_the_agreement_of_another_customer_is_refused(company):
    key = agreement(company)
    with pytest.raises(Refused, match="another customer"):
        request(company, customer="C2", agreement=key)


def test_a_renewal_drafts_the_next_period(company):
    key = agreement(company, [{"priority": "紧急", "response_hours": "1"}])
    company.walk("service_boss", "service_agreement", key, "renew")
    with company.store.reading() as session:
        drafts = find(session, company.actors["system"], entity("service_agreement"), where={"state": ["draft"]},
                      search="", sort="", offset=0, limit=5).rows  # fmt: skip
    (draft,) = drafts
    assert draft.key.startswith("SA-2027-")
    assert (str(draft.values["starts_on"]), str(draft.values["ends_on"])) == ("2027-01-01", "2027-12-31")
    assert draft.values["renewed_from"].key == key
    assert draft.values["signed_on"] is None
    assert request(company).values["agreement"].key == key, "what was renewed holds until its end"


def test_a_terminated_agreement_ends_today(company):
    key = agreement(company, ends_on=None)
    ended = company.walk("service_boss", "service_agreement", key, "terminate", comment="停产")
    assert ended.values["ends_on"] == datetime.now(HERE).date()
    with pytest.raises(Invalid, match="Ends on"):
        company.walk("service_boss", "service_agreement", agreement(company, ends_on=None), "renew")


@pytest.mark.parametrize(
    ("hours", "complaint"),
    [({"monday": "9-18"}, "09:00-18:00"), ({"monday": "18:00-09:00"}, "closes before"), ({"monday": "25:00-26:00"}, "09:00-18:00")],
)  # fmt: skip
def test_hours_that_are_none_are_refused(company, hours, complaint):
    with pytest.raises((Invalid, Refused), match=complaint):
        calendar(company, **hours)


def test_a_day_is_told_once(company):
    with pytest.raises(Refused, match="2026-03-09 is there twice"):
        calendar(company, [{"day": "2026-03-09"}, {"day": "2026-03-09", "kind": "working"}])


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [("2026-11-20 16:30", "2026-11-23 09:30", 2), ("2026-11-21 10:00", "2026-11-22 15:00", 0),
     ("2026-11-20 08:00", "2026-11-20 19:00", 9), ("2026-11-20 18:00", "2026-11-23 09:00", 0),
     ("2026-11-19 12:00", "2026-11-24 12:00", 27)],
)  # fmt: skip
def test_open_time_by_hand(begin, end, hours):
    assert STANDARD.between(datetime.fromisoformat(begin), datetime.fromisoformat(end)) == hours * HOURS


SOME = OpeningHours(
    (OFFICE, CLOSED, (NIGHT := (timedelta(hours=20), timedelta(hours=24))), OFFICE, NIGHT, CLOSED, OFFICE)
)
INSTANTS = st.integers(0, 30 * 86_400).map(lambda seconds: MONDAY + timedelta(seconds=seconds))


@given(st.lists(INSTANTS, min_size=3, max_size=3).map(sorted), st.integers(0, 200 * 3600))
def test_open_time_adds_up_and_a_promise_is_its_inverse(three, seconds):
    first, second, third = three
    assert SOME.between(first, second) + SOME.between(second, third) == SOME.between(first, third)
    due = SOME.after(first, timedelta(seconds=seconds))
    assert SOME.between(first, due) == timedelta(seconds=seconds)
    assert SOME.promised([(first, second), (third, None)], timedelta(seconds=seconds)) >= due


def test_an_agreement_expires_after_its_last_day(company):
    yesterday, today = (str(datetime.now(HERE).date() - timedelta(days=back)) for back in (1, 0))
    over = agreement(company, ends_on=yesterday)
    last_day, draft = agreement(company, ends_on=today), agreement(company, ends_on=yesterday, active=False)
    for _ in range(2):
        with company.store.writing("system") as session:
            do_daily(session, company.actors["system"])
    with company.store.reading() as session:
        states = {
            key: get(session, company.actors["system"], entity("service_agreement"), key).state
            for key in (over, last_day, draft)
        }
    assert states == {over: "expired", last_day: "active", draft: "draft"}
    company.walk("service_boss", "service_agreement", over, "renew")
