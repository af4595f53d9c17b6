"""Service response against published results; what is SQL over loaded requests is named with its reason."""

from datetime import datetime

import numpy as np
import pytest

from warehouse.science.survival import kaplan_meier

SQL = "counts and quantiles of ended requests: SQL over the loaded requests"
ELSEWHERE = {
    "uci.counts": SQL,
    "uci.close_time": SQL,
    "uci.resolve_time": SQL,
    "uci.first_update": SQL,
    "uci.sla.grain": "a share of requests; the event grain is what the product does not do",
    "uci.mean_close.grain": "a mean of requests; the event grain is what the product does not do",
    "uci.reopen": SQL,
    "uci.backlog": "the backlog is SQL over the loaded requests",
    "uci.little.identity": "time in backlog is SQL over the loaded requests",
    "uci.percentile.avg": "a quantile of requests; averaging quantiles is what the product does not do",
    "nyc311.2019": SQL,
    "helpdesk": SQL,
    "bh.examples": "business hours are SQL over the calendar table",
}
SNAPSHOT = (datetime(2016, 4, 1) - datetime(2016, 1, 1)).total_seconds() / 3600  # noqa: DTZ001  local times


def leukemia(data):
    ended, open_ = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier(ended + open_, [True] * len(ended) + [False] * len(open_))
    row = list(curve.time).index(10)
    return {
        "S": curve.survival,
        "se": curve.standard_error,
        "median": curve.quantile(0.5),
        "rmst35": curve.restricted_mean(35),
        "ci10_loglog": [curve.lower[row], curve.upper[row]],
    }


def snapshot(data):
    opened, closed = data.requests.T
    seen = opened < SNAPSHOT
    ended = closed[seen] < SNAPSHOT
    duration = np.minimum(closed[seen], SNAPSHOT) - opened[seen]
    curve = kaplan_meier(duration, ended)
    truth = closed[seen] - opened[seen]
    return {
        "closed_only": np.quantile(duration[ended], [0.5, 0.9]),
        "km": [curve.quantile(0.5), curve.quantile(0.9)],
        "truth": np.quantile(truth, [0.5, 0.9]),
    }


def new_york(data):
    as_of = datetime(2022, 5, 1, 2, 6, 52)  # noqa: DTZ001  local times
    minutes, ended = [], []
    for row in data.rows("nyc311/nyc311_20220501_open.csv.gz"):
        opened, closed = (
            datetime.strptime(row[name], "%m/%d/%Y %I:%M:%S %p") if row[name] else None  # noqa: DTZ007
            for name in ("Created Date", "Closed Date")
        )
        if opened is None or opened > as_of:
            continue
        done = closed is not None and closed <= as_of
        minutes.append(((closed if done else as_of) - opened).total_seconds() / 60)
        ended.append(done)
    curve = kaplan_meier(minutes, ended)
    return {
        "n": len(minutes),
        "closed": sum(ended),
        "closed_only_p50": round(float(np.median(np.array(minutes)[ended])), 2),
        "km_p50": curve.quantile(0.5),
        "km_p25": curve.quantile(0.25),
        "S60": curve.at(60),
    }


CASES = {
    "km.leukemia": (leukemia, {"reproduced": {"abs": 0}}),
    "uci.km.snapshot": (snapshot, {"reproduced": {"abs": 0}}),
    "nyc311.km": (new_york, {"reproduced": {"abs": 1e-9}}),
}


@pytest.mark.parametrize("entry", CASES)
def test_the_published_result_comes_out(entry, data, published, agree):
    compute, tolerances = CASES[entry]
    computed = compute(data)
    for against, tolerance in tolerances.items():
        agree(computed, published[entry][against], tolerance, f"{entry} {against}")


def test_every_entry_is_computed_here_or_has_a_reason(published):
    family = {name for name, entry in published.items() if entry["family"] == "service"}
    assert family == CASES.keys() | ELSEWHERE.keys()
