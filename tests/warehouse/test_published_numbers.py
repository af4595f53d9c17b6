"""Published results of real data: each figure was found by others, by other means.

Sources and tolerances stand in the data's `reference_numbers.json`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.landed import Landed
from tests.warehouse import published
from warehouse.ask import models

Lander = Callable[[Landed, Path], None]


@pytest.fixture(scope="module")
def companies(shared_data: Path) -> Iterator[Callable[[str], Landed]]:
    found: dict[str, Landed] = {}
    landers: dict[str, Lander] = {
        "northwind": published.land_northwind,
        "cdnow": lambda landed, data: published.land_cdnow(landed, data, sample=False),
        "cdnow_sample": lambda landed, data: published.land_cdnow(landed, data, sample=True),
        "incidents": published.land_incidents,
        "valve_seats": published.land_valve_seats,
    }

    def company(name: str) -> Landed:
        if name not in found:
            found[name] = Landed()
            landers[name](found[name], shared_data)
            found[name].model()
        return found[name]

    yield company
    for landed in found.values():
        landed.connection.close()


def group(name: str) -> pytest.MarkDecorator:
    return pytest.mark.xdist_group(f"published-{name}")


def near(found: Any, wanted: float, tolerance: float = 1e-9) -> bool:
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=1e-12)


@group("northwind")
def test_northwind_revenue(companies: Callable[[str], Landed]) -> None:
    (row,) = companies("northwind").ask("gross_revenue,revenue,orders")
    assert round(row["gross_revenue"], 2) == 1265793.04
    assert row["revenue"] == row["gross_revenue"]
    assert row["orders"] == 830


@group("cdnow")
def test_cdnow_totals(companies: Callable[[str], Landed]) -> None:
    (row,) = companies("cdnow").ask(
        "gross_revenue,orders,units_sold,buying_customers,repeat_rate,average_order_value"
    )
    assert (row["gross_revenue"], row["orders"], row["units_sold"]) == (2500315.63, 69659, 167881)
    assert row["buying_customers"] == 23570
    assert near(row["repeat_rate"], 11516 / 23570)
    assert row["average_order_value:n"] == 69659 - 80  # without those of no amount


@group("cdnow")
def test_cdnow_customers_that_are_active_or_lapsed(companies: Callable[[str], Landed]) -> None:
    asked = "new_customers,active_customers,lapsed_customers,lapsed_customers@days=180"
    (row,) = companies("cdnow").ask(asked, as_of="1998-07-01")
    assert list(row.values()) == [0, 3301, 20269, 18210]
    first = companies("cdnow").ask("new_customers", grain="month", as_of="1997-04-01")
    assert [one["new_customers"] for one in first] == [7846, 8476, 7248]


@group("cdnow")
def test_cdnow_retention(companies: Callable[[str], Landed]) -> None:
    rows = companies("cdnow").ask("retention", by="cohort,age", as_of="1998-07-01")
    january = [row["retention"] for row in rows if row["cohort"] == "1997-01"]
    assert [round(value * 7846) for value in january[:7]] == [7846, 1157, 964, 810, 679, 736, 720]
    assert [round(row["retention"], 4) for row in rows if row["cohort"] == "1997-02"][1:4] == [
        0.1548,
        0.1156,
        0.0924,
    ]


@group("cdnow")
def test_cdnow_concentration(companies: Callable[[str], Landed]) -> None:
    (row,) = companies("cdnow").ask("gini,top_share@p=0.01")
    assert near(row["gini"], 0.634571184581596)
    assert round(row["top_share@p=0.01"], 4) == 0.1588


@group("cdnow")
def test_cdnow_equal_customers_get_equal_scores(companies: Callable[[str], Landed]) -> None:
    rows = companies("cdnow").ask("frequency,rfm_score", by="customer.code", as_of="1998-07-01")
    once = {str(row["rfm_score"])[1] for row in rows if row["frequency"] == 1}
    assert len([row for row in rows if row["frequency"] == 1]) == 12054
    assert once == {"1"}


@group("cdnow_sample")
def test_cdnow_models(companies: Callable[[str], Landed]) -> None:
    found = {
        one["model"]: one for one in models(companies("cdnow_sample").connection, as_of=date(1997, 10, 1))
    }
    parameters = found["bg_nbd"]["parameters"]
    assert [round(parameters[name], 3) for name in ("r", "alpha", "a", "b")] == [0.243, 4.414, 0.793, 2.426]
    assert near(found["bg_nbd"]["log_likelihood"], -9582.4292, 1e-7)
    pareto = found["pareto_nbd"]["parameters"]
    assert [round(pareto[name], 3) for name in ("r", "alpha", "s", "beta")] == [0.553, 10.578, 0.606, 11.669]
    assert near(found["gamma_gamma"]["log_likelihood"], -4055.9177, 1e-6)
    assert (found["bg_nbd"]["n"], found["gamma_gamma"]["n"]) == (2357, 946)
    assert found["weibull"]["parameters"] is None


@group("cdnow_sample")
def test_cdnow_expected_orders(companies: Callable[[str], Landed]) -> None:
    """39 weeks ahead: 1653.4 by BG/NBD, 1665.5 by Pareto/NBD, from fits of this data."""
    months = 39 * 7 / (365.25 / 12)
    asked = f"expected_orders@model=bg_nbd;months={months},expected_orders@months={months},alive_probability@model=bg_nbd"
    (row,) = companies("cdnow_sample").ask(asked, as_of="1997-10-01")
    bg, pareto, alive = (value for name, value in row.items() if not name.endswith(":n"))
    assert (round(bg, 1), round(pareto, 1)) == (1653.4, 1665.5)
    assert 0.7 < alive < 1
    one_time = companies("cdnow_sample").ask(
        "alive_probability@model=bg_nbd,frequency", by="customer.code", as_of="1997-10-01"
    )
    assert {one["alive_probability@model=bg_nbd"] for one in one_time if one["frequency"] == 1} == {1}


@group("incidents")
def test_incident_times(companies: Callable[[str], Landed]) -> None:
    landed = companies("incidents")
    (row,) = landed.ask(
        "resolution_hours:p50,resolution_hours:p90,closing_hours:p50,closing_hours:p90,closing_hours:p95,closing_hours:mean,reopen_rate"
    )
    assert near(row["resolution_hours:p50"], 22.1)
    assert near(row["resolution_hours:p90"], 381.548333333333)
    assert (row["resolution_hours:n"], row["closing_hours:n"]) == (23362, 24918)
    assert near(row["closing_hours:p50"], 145.866666666667)
    assert near(row["closing_hours:p90"], 532.466666666667)
    assert near(row["closing_hours:p95"], 867.12)
    assert near(row["closing_hours:mean"], 315.329, 1e-5)
    assert near(row["reopen_rate"], 275 / 24918)
    (first,) = landed.ask("first_response_hours:p50,first_response_hours:p90")
    assert first["first_response_hours:n"] == 24918 - 4  # four answers come before their question
    assert near(first["first_response_hours:p90"], 120.383333333333)


@group("incidents")
def test_incident_backlog(companies: Callable[[str], Landed]) -> None:
    landed = companies("incidents")
    (before,) = landed.ask("requests_unclosed", as_of="2016-04-01")
    (april,) = landed.ask(
        "requests_opened,requests_closed,requests_unclosed", start="2016-04-01", end="2016-05-01"
    )
    assert before["requests_unclosed"] == 3353
    assert (april["requests_opened"], april["requests_closed"], april["requests_unclosed"]) == (
        7934,
        8326,
        2961,
    )


@group("incidents")
def test_incidents_of_april_by_opening_and_by_closing(companies: Callable[[str], Landed]) -> None:
    (closed,) = companies("incidents").ask(
        "closing_hours:p50,closing_hours:p90", start="2016-04-01", end="2016-05-01"
    )
    assert [round(closed[f"closing_hours:{name}"], 1) for name in ("p50", "p90")] == [126.3, 440.1]


@group("incidents")
def test_open_incidents_count(companies: Callable[[str], Landed]) -> None:
    (row,) = companies("incidents").ask(
        "closing_hours:p50,closing_hours:km_p50,closing_hours:km_p90", as_of="2016-04-01"
    )
    assert round(row["closing_hours:p50"], 1) == 248.6
    assert [round(row[f"closing_hours:{name}"], 2) for name in ("km_p50", "km_p90")] == [337.58, 586.48]
    assert row["closing_hours:km_p90:n"] == 9202


@group("valve_seats")
def test_valve_seats(companies: Callable[[str], Landed]) -> None:
    landed = companies("valve_seats")
    asked = "replacements,replacement_rate,replacement_rate:lo95,replacement_rate:hi95,mtbr_days,days_between_replacements:mean"
    (row,) = landed.ask(asked)
    assert row["replacements"] == 48
    assert near(row["replacement_rate"], 0.6912431494696999)
    assert [round(row[f"replacement_rate:{limit}"], 4) for limit in ("lo95", "hi95")] == [0.5097, 0.9165]
    assert near(row["mtbr_days"], 25363 / 48)
    assert round(row["days_between_replacements:mean"], 1) == 221.6  # what leaving out open intervals gives
    answer = landed.answer("mtbr_days")
    assert any("2.38" in note["en"] for note in answer.notes)


@group("valve_seats")
def test_valve_seats_by_age(companies: Callable[[str], Landed]) -> None:
    names = ("mean_cumulative_replacements", "mean_cumulative_replacements:se")
    rows = {row["age"]: row for row in companies("valve_seats").ask(",".join(names), by="age")}
    wanted = {139: (0.220, 0.073), 621: (1.119, 0.208), 653: (1.543, 0.312)}
    for age, values in wanted.items():
        assert tuple(round(rows[age][name], 3) for name in names) == values
    (at_end,) = companies("valve_seats").ask(
        "mean_cumulative_replacements@age=653,mean_cumulative_replacements@age=653:hi95"
    )
    assert at_end["mean_cumulative_replacements@age=653"] == rows[653]["mean_cumulative_replacements"]
    assert round(at_end["mean_cumulative_replacements@age=653:hi95"], 2) == 2.29


@group("valve_seats")
def test_valve_seat_power_law(companies: Callable[[str], Landed]) -> None:
    (found,) = models(companies("valve_seats").connection, "power_law")
    assert near(found["parameters"]["shape"], 1.399579, 1e-6)
    assert near(found["parameters"]["scale"], 553.643021, 1e-6)
    assert near(found["standard_errors"]["shape"], 0.200502, 1e-5)
    assert found["n"] == 41
