"""The shared data sets as the science takes them, read straight from their files.

No expectation belongs here; tests that need a file which is missing skip with its name.
"""

import csv
import gzip
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest

SHARED = Path(os.environ.get("YINGKE_SHARED") or Path(__file__).resolve().parents[2] / "../shared")
WEEK = 7


@dataclass
class Histories:
    """Customers as the models see them, in weeks, and what they bought in the 39 weeks after."""

    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    mean_value: np.ndarray
    later: np.ndarray
    one_time_buyers: int


@dataclass
class Units:
    """Units under observation from age 0 to `end`, and the events of each."""

    event_unit: np.ndarray
    event_age: np.ndarray
    end: np.ndarray


class SharedFiles:
    """The data sets, each read once where a test asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.lines(name)))

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        if not path.exists():
            pytest.skip(f"{name} is not among the shared data")
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()

    @cached_property
    def cdnow(self) -> Histories:
        rows = self.rows("cdnow/cdnowElog_BTYD.csv.gz")
        return _histories((row["sampleid"], row["date"], float(row["sales"])) for row in rows)

    @cached_property
    def cdnow_master(self) -> list[tuple[str, str, float]]:
        rows = self.rows("cdnow/CDNOW_master.csv.gz")
        return [(row["ID"], row["Date"], float(row["Amount"])) for row in rows]

    @cached_property
    def valve_seats(self) -> Units:
        rows = self.rows("valve_seat/valveSeat.csv")
        end = {row["id"]: float(row["time"]) for row in rows if float(row["status"]) == 0}
        place = {unit: number for number, unit in enumerate(end)}
        events = [(place[row["id"]], float(row["time"])) for row in rows if float(row["status"]) == 1]
        unit, age = zip(*events, strict=True)
        return Units(np.array(unit), np.array(age), np.array(list(end.values())))

    @cached_property
    def carparts(self) -> np.ndarray:
        table = list(csv.reader(self.lines("carparts/carparts_wide.csv.gz")))[1:]
        return np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in table])

    @cached_property
    def carparts_1046(self) -> np.ndarray:
        whole = self.carparts[~np.isnan(self.carparts).any(axis=1)]
        asked = whole > 0
        kept = (asked.sum(axis=1) >= 10) & asked[:, :15].any(axis=1) & asked[:, -15:].any(axis=1)
        return whole[kept]

    @cached_property
    def groceries(self) -> list[list[str]]:
        return list(csv.reader(self.lines("groceries/groceries.csv.gz")))

    @cached_property
    def requests(self) -> np.ndarray:
        """Opened and closed in hours since 2016, of the UCI incidents."""
        rows = self.rows("uci_incident_log/uci_servicenow_incidents.csv.gz")
        start = datetime(2016, 1, 1)  # noqa: DTZ001  the file's local times have no zone
        return np.array(
            [
                [
                    (datetime.fromisoformat(row[name]) - start).total_seconds() / 3600
                    for name in ("opened_at", "closed_at")
                ]
                for row in rows
            ]
        )


def _histories(purchases: Iterable[tuple[str, str, float]], end: str = "19970930") -> Histories:
    """Same-day purchases merged; history to `end`, and the purchase days of the 39 weeks after."""
    spent: dict[str, dict[int, float]] = {}
    for customer, date, amount in purchases:
        days = spent.setdefault(customer, {})
        days[_day(date)] = days.get(_day(date), 0.0) + amount
    last, rows = _day(end), []
    for days in spent.values():
        seen = sorted(day for day in days if day <= last)
        later = sum(last < day <= last + 39 * WEEK for day in days)
        value = float(np.mean([days[day] for day in seen[1:]])) if len(seen) > 1 else 0.0
        rows.append((len(seen) - 1, (seen[-1] - seen[0]) / WEEK, (last - seen[0]) / WEEK, value, later))
    columns = np.array(rows).T
    return Histories(*columns, one_time_buyers=int((columns[0] == 0).sum()))


def _day(date: str) -> int:
    return datetime.strptime(date, "%Y%m%d").toordinal()  # noqa: DTZ007  a date, no time
