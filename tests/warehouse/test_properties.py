"""Laws that hold for any records, tried with records that hypothesis makes up: nobody chose them to fit.

One warehouse is furnished once; each example replaces the rows that its law is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.landed import Landed

pytestmark = pytest.mark.xdist_group("properties")
tried = settings(max_examples=15, deadline=None, derandomize=True)

BEGINNING, DAYS = date(2025, 1, 1), 60
AS_OF = "2025-06-01"
CUSTOMERS, ITEMS, DEPOTS = 4, 3, 2
Rows = list[dict[str, Any]]

days = st.integers(0, DAYS - 1).map(lambda number: BEGINNING + timedelta(days=number))
instants = st.integers(0, DAYS * 24 * 60).map(lambda minute: datetime(2025, 1, 1) + timedelta(minutes=minute))  # noqa: DTZ001
customers = st.integers(1, CUSTOMERS)


@pytest.fixture(scope="module")
def furnished() -> Iterator[Landed]:
    yield from _furnished("Asia/Shanghai")


@pytest.fixture(scope="module")
def far_away() -> Iterator[Landed]:
    yield from _furnished("America/New_York")


def _furnished(zone: str) -> Iterator[Landed]:
    landed = Landed(zone)
    landed.land("customer", [{"code": f"C{one}", "name": f"C{one}"} for one in range(CUSTOMERS)])
    landed.land("item", [{"code": f"P{one}", "name": f"P{one}", "standard_cost": 3} for one in range(ITEMS)])
    landed.land("depot", [{"code": f"D{one}", "name": f"D{one}"} for one in range(DEPOTS)])
    landed.model()
    yield landed
    landed.connection.close()


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Rows]:
    """Orders of one line, in cents."""
    made = draw(st.lists(st.tuples(customers, days, st.integers(0, 10**6)), min_size=1, max_size=25))
    return {
        "order": [{"number": f"O{at}", "customer_id": one, "ordered_on": day, "state": "closed"} for at, (one, day, _) in enumerate(made)],
        "order_line": [
            {"order_id": at, "line_no": 1, "item_id": 1, "quantity": 1, "amount": cents / 100} for at, (*_, cents) in enumerate(made, 1)
        ],
    }  # fmt: skip


@st.composite
def requests(draw: st.DrawFn, *, all_closed: bool = False, at_midnight: str = "") -> dict[str, Rows]:
    """Requests that were resolved and closed, or not yet, in this order; at local midnights of a zone if wanted."""
    made: Rows = []
    for at in range(draw(st.integers(1, 20))):
        opened = draw(instants)
        resolved = draw(st.none() | st.integers(0, 40 * 24 * 60))
        closed = draw(
            st.integers(0, 20 * 24 * 60) if all_closed else st.none() | st.integers(0, 20 * 24 * 60)
        )
        ended = None if resolved is None else opened + timedelta(minutes=resolved)
        times = {
            "opened_at": opened,
            "resolved_at": ended,
            "closed_at": None if closed is None else (ended or opened) + timedelta(minutes=closed),
        }
        if at_midnight:
            times = {name: when and _midnight(when, at_midnight) for name, when in times.items()}
        made.append(
            {"number": f"R{at}", "customer_id": 1, "subject": "s", "state": "closed", "reopened_count": 0}
            | times
        )
    return {"service_request": made}


def _midnight(when: datetime, zone: str) -> datetime:
    """The instant, in UTC, at which the day of this date begins in a zone."""
    local = datetime.combine(when.date(), time(), ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@st.composite
def movements(draw: st.DrawFn) -> dict[str, Rows]:
    each = st.tuples(
        st.integers(1, ITEMS), st.integers(1, DEPOTS), st.integers(-50, 50), instants, st.integers(1, 900)
    )
    made = draw(st.lists(each, min_size=1, max_size=25))
    return {
        "stock_movement": [
            {"number": f"M{at}", "item_id": item, "depot_id": depot, "quantity": quantity, "moved_at": when,
             "kind": "receipt" if quantity > 0 else "issue", "unit_cost": cents / 100 if quantity > 0 else None}
            for at, (item, depot, quantity, when, cents) in enumerate(made)
        ]
    }  # fmt: skip


@st.composite
def money(draw: st.DrawFn) -> dict[str, Rows]:
    """Invoices, some without a due day, and receipts for them or on account."""
    issued = draw(
        st.lists(
            st.tuples(customers, days, st.none() | st.integers(0, 90), st.integers(1, 10**5)),
            min_size=1,
            max_size=12,
        )
    )
    received = draw(
        st.lists(st.tuples(st.none() | st.integers(1, len(issued)), days, st.integers(1, 10**5)), max_size=12)
    )
    return {
        "invoice": [
            {"number": f"I{at}", "customer_id": one, "invoiced_on": day, "amount": cents / 100, "state": "issued",
             "due_on": None if wait is None else day + timedelta(days=wait)}
            for at, (one, day, wait, cents) in enumerate(issued)
        ],
        "receipt": [
            {"number": f"R{at}", "customer_id": issued[(bill or 1) - 1][0], "invoice_id": bill, "received_on": day,
             "amount": cents / 100, "state": "posted"}
            for at, (bill, day, cents) in enumerate(received)
        ],
    }  # fmt: skip


SALES = "gross_revenue,orders,average_order_value,gini,top_share@n=1,buying_customers,active_customers,repeat_rate"
TIMES = "closing_hours:p50,closing_hours:p90,closing_hours:mean,closing_hours:km_p50,resolution_hours:p90,requests_open"


@tried
@given(sold=orders(), asked=requests(), chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(
    furnished: Landed, sold: dict[str, Rows], asked: dict[str, Rows], chance: Any
) -> None:
    def told() -> Any:
        return furnished.ask(SALES, by="customer.code", as_of=AS_OF), furnished.ask(TIMES, as_of=AS_OF)

    furnished.replace(sold | asked)
    before = told()
    for name in ("order", "service_request"):
        rows = [{"id": at} | row for at, row in enumerate((sold | asked)[name], 1)]
        chance.shuffle(rows)
        furnished.replace({name: rows})
    for first, second in zip(before, told(), strict=True):
        assert [row == pytest.approx(other, nan_ok=True) for row, other in zip(first, second, strict=True)]


@tried
@given(sold=orders(), owed=money())
def test_a_hundredfold_currency_makes_hundredfold_money_and_nothing_else(
    furnished: Landed, sold: dict[str, Rows], owed: dict[str, Rows]
) -> None:
    asked = f"{SALES},outstanding,invoiced,late_share,days_to_settle:mean"
    furnished.replace(sold | owed)
    (before,) = furnished.ask(asked, as_of=AS_OF)
    furnished.replace(
        {
            name: [row | ({"amount": round(row["amount"] * 100)} if "amount" in row else {}) for row in rows]
            for name, rows in (sold | owed).items()
        }
    )
    (after,) = furnished.ask(asked, as_of=AS_OF)
    hundredfold = {"gross_revenue", "average_order_value", "outstanding", "invoiced"}
    assert after == pytest.approx(
        {name: value and value * (100 if name in hundredfold else 1) for name, value in before.items()}
    )


@tried
@given(asked=requests())
def test_the_backlog_of_a_day_is_the_one_before_and_what_came_less_what_went(
    furnished: Landed, asked: dict[str, Rows]
) -> None:
    furnished.replace(asked)
    figures = "requests_open,requests_unclosed,requests_opened,requests_closed,requests_resolved"
    rows = furnished.ask(figures, grain="day", start="2024-12-30", as_of=AS_OF)
    given_up: dict[str, int] = {}  # closed without being resolved, by local day
    for row in asked["service_request"]:
        if row["closed_at"] and not row["resolved_at"]:
            day = (row["closed_at"] + timedelta(hours=8)).date().isoformat()
            given_up[day] = given_up.get(day, 0) + 1
    assert rows[0]["requests_open"] == rows[0]["requests_unclosed"] == 0
    for before, row in pairwise(rows):
        went = row["requests_resolved"] + given_up.get(row["period"], 0)
        assert row["requests_open"] == before["requests_open"] + row["requests_opened"] - went
        assert (
            row["requests_unclosed"]
            == before["requests_unclosed"] + row["requests_opened"] - row["requests_closed"]
        )


@tried
@given(asked=requests(all_closed=True, at_midnight="Asia/Shanghai"))
def test_time_in_the_backlog_is_counted_by_day_or_by_request(
    furnished: Landed, asked: dict[str, Rows]
) -> None:
    """Little's sample path: the number open over time, and how long each was open, are one area."""
    furnished.replace(asked)
    daily = furnished.ask("requests_unclosed", grain="day", start="2025-01-01", as_of=AS_OF)
    (whole,) = furnished.ask("closing_hours:mean", as_of=AS_OF)
    assert whole["closing_hours:n"] == len(asked["service_request"])
    assert 24 * sum(row["requests_unclosed"] for row in daily) == pytest.approx(
        whole["closing_hours:mean"] * whole["closing_hours:n"], rel=1e-12, abs=1e-9
    )


@tried
@given(asked=requests(all_closed=True), share=st.sampled_from(["50", "90"]))
def test_without_open_cases_survival_gives_a_value_of_the_sample(
    furnished: Landed, asked: dict[str, Rows], share: str
) -> None:
    furnished.replace(asked)
    (row,) = furnished.ask(f"closing_hours:km_p{share}", as_of=AS_OF)
    (wanted,) = furnished.connection.execute(
        f"select quantile_disc(epoch(closed_at - opened_at)::bigint, 0.{share}) / 3600.0 from raw.service_request"
    ).fetchone()
    assert row[f"closing_hours:km_p{share}"] == pytest.approx(wanted, rel=1e-12)


@tried
@given(moved=movements())
def test_stock_is_what_came_and_went(furnished: Landed, moved: dict[str, Rows]) -> None:
    """Every day, item and depot: opening and movements make the closing; the whole is the sum of the parts."""
    furnished.replace(moved)
    asked = {"grain": "day", "start": "2024-12-31", "end": "2025-03-10", "as_of": AS_OF}
    rows = furnished.ask("on_hand,on_hand_value", by="item.code,depot.code", **asked)
    held: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        held.setdefault((row["item.code"], row["depot.code"]), {})[row["period"]] = row["on_hand"]
    for (item, depot), by_day in held.items():
        change: dict[str, float] = {}
        for one in moved["stock_movement"]:
            if (f"P{one['item_id'] - 1}", f"D{one['depot_id'] - 1}") == (item, depot):
                day = (one["moved_at"] + timedelta(hours=8)).date().isoformat()
                change[day] = change.get(day, 0) + one["quantity"]
        for (_, before), (day, after) in pairwise(by_day.items()):
            assert after == before + change.get(day, 0), (item, depot, day)
    for row in furnished.ask("on_hand,on_hand_value", **asked):
        parts = [one for one in rows if one["period"] == row["period"]]
        for name in ("on_hand", "on_hand_value"):
            assert row[name] == pytest.approx(sum(one[name] for one in parts), abs=1e-9)


@tried
@given(sold=orders(), window=st.integers(1, 40), start=days, length=st.integers(1, 50))
def test_customers_who_came_returned_and_left_make_the_difference(
    furnished: Landed, sold: dict[str, Rows], window: int, start: date, length: int
) -> None:
    furnished.replace(sold)
    end = start + timedelta(days=length)
    suffix = f"@days={window}"
    (at_start,) = furnished.ask(f"active_customers{suffix}", as_of=start)
    (at_end,) = furnished.ask(
        f"active_customers{suffix},lapsed_customers{suffix},buying_customers", as_of=end
    )
    flows = f"reactivated_customers{suffix},customers_lost{suffix}"
    (flow,) = furnished.ask(flows, start=start, end=end, as_of=end)
    came_active = sum(
        1
        for first, last in _first_and_last(sold, end)
        if first >= start and last >= end - timedelta(days=window)
    )
    active = f"active_customers{suffix}"
    assert at_end[active] == (
        at_start[active]
        + came_active
        + flow[f"reactivated_customers{suffix}"]
        - flow[f"customers_lost{suffix}"]
    )
    assert at_end[active] + at_end[f"lapsed_customers{suffix}"] == at_end["buying_customers"]


def _first_and_last(sold: dict[str, Rows], end: date) -> list[tuple[date, date]]:
    """The first and the last purchase day before a day, per customer."""
    bought: dict[int, list[date]] = {}
    for row in sold["order"]:
        if row["ordered_on"] < end:
            bought.setdefault(row["customer_id"], []).append(row["ordered_on"])
    return [(min(one), max(one)) for one in bought.values()]


@tried
@given(owed=money(), day=days)
def test_the_buckets_of_any_day_make_what_is_outstanding(
    furnished: Landed, owed: dict[str, Rows], day: date
) -> None:
    furnished.replace(owed)
    buckets = furnished.ask("ageing", by="bucket", as_of=day + timedelta(days=1))
    (whole,) = furnished.ask("outstanding", as_of=day + timedelta(days=1))
    assert sum(row["ageing"] for row in buckets) == pytest.approx(whole["outstanding"], abs=1e-9)


@tried
@given(asked=requests())
def test_another_time_zone_moves_days_and_no_duration(
    furnished: Landed, far_away: Landed, asked: dict[str, Rows]
) -> None:
    figures = "requests_opened,requests_closed,closing_hours:p50,closing_hours:mean,resolution_hours:p90"
    totals, daily = [], []
    for landed in (furnished, far_away):
        landed.replace(asked)
        totals += landed.ask(figures, as_of="2026-01-01")
        daily.append(
            [
                row["requests_opened"]
                for row in landed.ask("requests_opened", grain="day", start="2024-12-01", as_of="2026-01-01")
            ]
        )
    assert totals[0] == pytest.approx(totals[1], nan_ok=True)
    assert sum(daily[0]) == sum(daily[1]) == len(asked["service_request"])
