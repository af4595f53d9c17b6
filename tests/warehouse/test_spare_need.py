"""Spare need of the valve-seat fleet, whose engines stand on the as-of day at the ages that the file ends with."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from scipy.stats import nbinom

from tests.landed import Landed

TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def fleet(shared_data: Path) -> Iterator[Landed]:
    with (shared_data / "valve_seat" / "valveSeat.csv").open(newline="") as stream:
        rows = [(row["id"], float(row["time"]), float(row["status"])) for row in csv.DictReader(stream)]
    installed = {engine: TODAY - timedelta(days=age) for engine, age, status in rows if status == 0}
    place = {engine: number for number, engine in enumerate(installed, 1)}
    landed = Landed("UTC")
    landed.land(
        "item", [{"code": "ENGINE", "name": "Engine"}, {"code": "SEAT", "name": "Seat", "kind": "part"}]
    )
    landed.land(
        "unit", [{"serial": one, "item_id": 1, "installed_on": day} for one, day in installed.items()]
    )
    landed.land("part_replacement", [
        {"number": str(number), "unit_id": place[engine], "part_id": 2, "reason": "failure",
         "replaced_at": datetime.combine(installed[engine], time(12)) + timedelta(days=age)}
        for number, (engine, age, status) in enumerate(rows) if status == 1
    ])  # fmt: skip
    landed.model()
    yield landed
    landed.connection.close()


def test_the_need_of_the_next_days_is_the_published_one(fleet: Landed) -> None:
    asked = {days: f"expected_replacements@days={days}" for days in (30, 90, 180)}
    (row,) = fleet.ask(",".join(asked.values()), as_of=TODAY)
    assert {days: round(row[name], 3) for days, name in asked.items()} == {30: 3.278, 90: 10.017, 180: 20.56}
    assert row[f"{asked[90]}:n"] == 41


def test_the_interval_holds_chance_and_the_error_of_the_fit(fleet: Landed) -> None:
    names = ["expected_replacements" + limit for limit in ("", ":se", ":lo95", ":hi95")]
    (row,) = fleet.ask(",".join(names), as_of=TODAY)
    mean, error, lower, upper = (row[name] for name in names)
    # a Poisson number whose mean has that error, as the negative binomial of the same mean and variance
    count = nbinom(mean**2 / error**2, mean / (mean + error**2))
    assert (lower, upper) == (count.ppf(0.025), count.ppf(0.975))
    assert (lower, upper) == (4, 18)


def test_what_suffices_holds_the_error_of_the_fit_too(fleet: Landed) -> None:
    names = [
        "expected_replacements",
        "expected_replacements:se",
        "sufficient_spares",
        "sufficient_spares@error=left_out",
    ]
    (row,) = fleet.ask(",".join(names), as_of=TODAY)
    mean, error, counted, left_out = (row[name] for name in names)
    assert counted == nbinom(mean**2 / error**2, mean / (mean + error**2)).ppf(0.95)
    assert (left_out, counted) == (15, 17)


def test_without_units_there_is_no_figure(fleet: Landed) -> None:
    (at_once,) = fleet.ask("expected_replacements,units_in_service", where="unit=no such", as_of=TODAY)
    assert (at_once["units_in_service"], at_once["expected_replacements:n"]) == (0, 0)
    assert at_once["expected_replacements"] is None
