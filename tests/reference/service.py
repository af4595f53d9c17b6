"""Service response: how each reference entry about requests and their times is met.

The incidents, New York's requests and the helpdesk are companies that moved in; every share and time is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from operational.rules.business_clock import CLOSED, OpeningHours
from tests.journeys.moving_in_company import Company
from tests.reference.ground import Check, Ground, values
from tests.reference.lives import RUNNING, SEEN
from warehouse.science.survival import kaplan_meier

APRIL, MAY = datetime(2016, 4, 1), datetime(2016, 5, 1)  # noqa: DTZ001  # local times, as the log has them
HOUR = timedelta(hours=1)


def incidents(ground: Ground) -> Company:
    return ground.company("uci_incidents")


def one(company: Company, figures: str, options: str = "") -> dict[str, Any]:
    (row,) = company.ask(figures, options)
    return row


def hours_behind(company: Company, figure: str, options: str = "") -> dict[str, float]:
    """By request the hours that a figure is taken of."""
    return values(company.rows(figure, options), "record", "value")


def log_counts(ground: Ground) -> dict[str, Any]:
    company = ground.company("uci_event_log")
    (imported,) = company.imported
    header = ground.data.lines("uci_incident_log/incident_event_log.csv.gz")[0]
    return {
        "events": imported.read,
        "incidents": one(company, "requests_opened")["requests_opened"],
        "attributes": len(header.split(",")),
    }


def closing(ground: Ground) -> dict[str, Any]:
    found = one(
        incidents(ground),
        ",".join(f"closing_hours:{name}" for name in ("mean", "p50", "p90", "p95", "km_p90")),
    )
    return {
        "n": found["closing_hours:n"],
        **{name: found[f"closing_hours:{name}"] for name in ("mean", "p50", "p90", "p95")},
        "p90_quantile_disc": found[
            "closing_hours:km_p90"
        ],  # without open cases survival takes a value of the sample
        "max": max(hours_behind(incidents(ground), "closing_hours:p50").values()),
    }


def resolving(ground: Ground) -> dict[str, Any]:
    found = one(incidents(ground), ",".join(f"resolution_hours:{name}" for name in ("mean", "p50", "p90")))
    hours = np.array(list(hours_behind(incidents(ground), "resolution_hours:p50").values()))
    return {
        "n": found["resolution_hours:n"],
        **{name: found[f"resolution_hours:{name}"] for name in ("mean", "p50", "p90")},
        "within_24h": float((hours <= 24).mean()),
    }


def answering(ground: Ground) -> dict[str, Any]:
    found = one(incidents(ground), "first_response_hours:p50,first_response_hours:p90,requests_opened")
    return {
        "p50": found["first_response_hours:p50"],
        "p90": found["first_response_hours:p90"],
        "negative": found["requests_opened"] - found["first_response_hours:n"],
    }


def promises_kept(ground: Ground) -> dict[str, Any]:
    """What the former system said of each incident."""
    company = incidents(ground)
    rows = company.ask("recorded_sla_share", "--by priority")
    return {
        "incident_grain": one(company, "recorded_sla_share")["recorded_sla_share"],
        "by_priority": values(rows, "priority", "recorded_sla_share"),
    }


def mean_times(ground: Ground) -> dict[str, Any]:
    found = one(incidents(ground), "closing_hours:mean,resolution_hours:mean")
    return {
        "incident_close": found["closing_hours:mean"],
        "incident_resolved": found["resolution_hours:mean"],
    }


def reopening(ground: Ground) -> dict[str, Any]:
    found = one(incidents(ground), "reopen_rate")
    records = incidents(ground).records("service_request")
    counted = Counter(row["reopened_count"] for row in records)
    return {
        "reopened": found["reopen_rate"] * found["reopen_rate:n"],
        "share": found["reopen_rate"],
        "dist": dict(counted),
        "reassigned_share": one(incidents(ground), "reassigned_share")["reassigned_share"],
    }


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def spans(company: Company) -> list[tuple[datetime, datetime]]:
    """When each request was opened and closed, in the company's time."""
    return [
        (moment(row["opened_at"]).replace(tzinfo=None), moment(row["closed_at"]).replace(tzinfo=None))
        for row in company.records("service_request")
        if row["closed_at"]
    ]


def overlap(requests: Iterable[tuple[datetime, datetime]]) -> float:
    """Hours of April 2016 in which requests were open, request by request."""
    inside = [min(closed, MAY) - max(opened, APRIL) for opened, closed in requests]
    return sum((span for span in inside if span > timedelta()), timedelta()) / HOUR


def area(requests: Iterable[tuple[datetime, datetime]]) -> float:
    """The number of open requests over April 2016, instant by instant, times its hours."""
    changes = sorted(
        (min(max(at, APRIL), MAY), step) for both in requests for at, step in zip(both, (1, -1), strict=True)
    )
    total, still_open, before = timedelta(), 0, APRIL
    for at, step in changes:
        total += still_open * (at - before)
        still_open, before = still_open + step, at
    return total / HOUR


def backlog(ground: Ground) -> dict[str, Any]:
    company = incidents(ground)
    april = one(company, "requests_opened,requests_closed", "--from 2016-04-01 --to 2016-05-01")
    return {
        "b0": one(company, "requests_unclosed", "--to 2016-04-01")["requests_unclosed"],
        "b1": one(company, "requests_unclosed", "--to 2016-05-01")["requests_unclosed"],
        "arrivals": april["requests_opened"],
        "closures": april["requests_closed"],
        "age_0401": ages(company, APRIL),
        "age_0501": ages(company, MAY),
        "time_avg_backlog_april": overlap(spans(company)) / 720,
    }


def ages(company: Company, at: datetime) -> list[int]:
    """How many unclosed requests are less than 7, 14, 30 days old, and more: the rows behind their number."""
    rows = company.rows("requests_unclosed", f"--to {at:%Y-%m-%d}")
    days = [(at - moment(row["day"])).days - 1 for row in rows]  # whole days, opened during the first
    return np.histogram(days, [0, 7, 14, 30, 10_000])[0].tolist()


def little(ground: Ground) -> dict[str, Any]:
    requests = spans(incidents(ground))
    arrived = [
        (opened, closed) for opened, closed in requests if APRIL <= opened < APRIL + timedelta(weeks=8)
    ]
    return {
        "area": area(requests),
        "overlap": overlap(requests),
        "exact_ratio": area(requests) / overlap(requests),
        "arrived": len(arrived),
    }


def snapshot(ground: Ground) -> dict[str, Any]:
    company, then = incidents(ground), "--as-of 2016-04-01"
    figures = [f"closing_hours:{name}" for name in ("p50", "p90", "km_p50", "km_p90")]
    found = list(one(company, ",".join(figures), then).values())
    eventually = list(hours_behind(company, "closing_hours:km_p50", "--to 2016-04-01").values())
    return {"closed_only": found[:2], "km": found[2:4], "truth": np.quantile(eventually, [0.5, 0.9])}


def quantiles_of_months(ground: Ground) -> dict[str, Any]:
    return {"overall": one(incidents(ground), "closing_hours:p90")["closing_hours:p90"]}


def new_york(ground: Ground) -> dict[str, Any]:
    """In the second of 02:06:52, at which something was still closed on the page; the reference tells minutes."""
    figures = (
        "requests_opened,closing_hours:p50,closing_hours:km_p50,closing_hours:km_p25,unresolved_share@age=1"
    )
    found = one(ground.company("new_york_2022"), figures, "--as-of 2022-05-01T02:06:52.5")
    return {
        "n": found["requests_opened"],
        "closed": found["closing_hours:n"],
        "closed_only_p50": round(found["closing_hours:p50"] * 60, 2),
        "km_p50": found["closing_hours:km_p50"] * 60,
        "km_p25": found["closing_hours:km_p25"] * 60,
        "S60": found["unresolved_share@age=1"],
    }


def new_york_evening(ground: Ground) -> dict[str, Any]:
    company = ground.company("new_york_2019")
    found = one(
        company, "requests_opened,requests_open,closing_hours:p50,closing_hours:p90,closing_hours:mean"
    )
    by_agency = values(company.ask("closing_hours:p50", "--by assignee"), "assignee", "closing_hours:p50")
    # The reference takes clock times apart; those closed after clocks were set forward took an hour less.
    clock_hours = [(closed - opened) / HOUR for opened, closed in spans(company)]
    assert 0.02 < np.mean(clock_hours) - found["closing_hours:mean"] < 0.03
    return {
        "n": found["requests_opened"],
        "open": found["requests_open"],
        **{name: found[f"closing_hours:{name}"] for name in ("p50", "p90")},
        "mean": float(np.mean(clock_hours)),
        "agency_p50": {name: by_agency[name] for name in ("NYPD", "HPD", "DSNY", "DOT", "DEP")},
    }


def helpdesk(ground: Ground) -> dict[str, Any]:
    company = ground.company("helpdesk")
    found = one(company, "requests_opened,resolution_hours:mean,resolution_hours:p50,resolution_hours:p90")
    return {
        "events": company.imported[0].read,
        "cases": found["requests_opened"],
        **{name: found[f"resolution_hours:{name}"] / 24 for name in ("mean", "p50", "p90")},
        "max": max(hours_behind(company, "resolution_hours:p50").values()) / 24,
    }


def leukemia(ground: Ground) -> dict[str, Any]:
    """The curve is asked; its median and mean are no figures of lives in the catalogue."""
    figures = [f"part_survival{limit}" for limit in ("", ":se", ":lo95", ":hi95")]
    rows = ground.lives().ask(",".join(figures), "--by age --where model.code=LEUKEMIA")
    survival, error, lower, upper = ([row[figure] for row in rows] for figure in figures)
    at_ten = [row["age"] for row in rows].index(10)
    seen, running = SEEN["LEUKEMIA"], RUNNING["LEUKEMIA"]
    curve = kaplan_meier(seen + running, [True] * len(seen) + [False] * len(running))
    return {
        "S": survival,
        "se": error,
        "median": curve.quantile(0.5),
        "rmst35": curve.restricted_mean(35),
        "ci10_loglog": [lower[at_ten], upper[at_ten]],
    }


def office_seconds(ground: Ground) -> list[list[Any]]:
    """From, to, and the open seconds between them, Monday to Friday 9 to 17."""
    nine_to_five = (timedelta(hours=9), timedelta(hours=17))
    hours = OpeningHours((nine_to_five,) * 5 + (CLOSED,) * 2)
    asked = (
        ("2026-11-20 16:30", "2026-11-23 09:30"),
        ("2026-11-21 10:00", "2026-11-22 15:00"),
        ("2026-11-20 08:00", "2026-11-20 18:00"),
        ("2026-11-20 17:00", "2026-11-23 09:00"),
        ("2026-11-19 12:00", "2026-11-24 12:00"),
    )
    return [[begin, end, hours.between(moment(begin), moment(end)).total_seconds()] for begin, end in asked]


CHECKS = {
    "uci.counts": Check(log_counts, company="uci_event_log"),
    "uci.close_time": Check(closing, company="uci_incidents"),
    "uci.resolve_time": Check(resolving, company="uci_incidents"),
    "uci.first_update": Check(answering, company="uci_incidents"),
    "uci.sla.grain": Check(
        promises_kept, company="uci_incidents", mistakes={"event_grain": "incident_grain"},
        beside={"student_report": "a range in words, which holds the share of events"},
    ),
    "uci.mean_close.grain": Check(
        mean_times, company="uci_incidents",
        mistakes={
            "student_report": "incident_close", "event_close": "incident_close", "event_resolved": "incident_resolved",
        },
    ),
    "uci.reopen": Check(reopening, reproduced={"rel": 1e-12}, company="uci_incidents"),
    "uci.backlog": Check(backlog, company="uci_incidents"),
    "uci.little.identity": Check(
        little, reproduced={"rel": 1e-12}, company="uci_incidents", mistakes={"naive_lambdaW_ratio_8wk": "exact_ratio"}
    ),
    "uci.km.snapshot": Check(snapshot, company="uci_incidents"),
    "uci.percentile.avg": Check(
        quantiles_of_months, company="uci_incidents", mistakes={"mean_of_months": "overall", "weighted": "overall"}
    ),
    "nyc311.km": Check(new_york, reproduced={"abs": 1e-9}, company="new_york_2022"),
    "nyc311.2019": Check(new_york_evening, company="new_york_2019"),
    "helpdesk": Check(helpdesk, company="helpdesk"),
    "km.leukemia": Check(
        leukemia, {"abs": 5e-5}, {"abs": 5e-5}, "lives",
        beside={
            "ci10_log": "limits on the log scale, R's default; ours are log-log (metrics.md S5)",
            "NA10": "the cumulative hazard, which no figure of ours shows",
        },
    ),
    "bh.examples": Check(office_seconds),
}  # fmt: skip
