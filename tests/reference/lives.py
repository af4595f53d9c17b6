"""Lives that the register of reference numbers writes out, or a cut holds: they move in as units of one company.

A unit of time is a day here; each study is a model of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.journeys.moving_in_company import Company

CUTS = Path(__file__).parent / "cuts"
SEEN = {
    "NIST": [54, 187, 216, 240, 244, 335, 361, 373, 375, 386],
    "LEUKEMIA": [6, 6, 6, 7, 10, 13, 16, 22, 23],
}
RUNNING = {"NIST": [500] * 10, "LEUKEMIA": [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]}


def move_in(company: Company) -> Company:
    """Import every study and load the warehouse."""
    file = company.home.parent / "lives.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("study", "age", "ended"))
        writer.writerows(_lives())
    company.move_in([
        f"yingke import unit {file} --map {CUTS}/lives_units.toml --history --create-missing",
        f"yingke import part_replacement {file} --map {CUTS}/lives_ends.toml --history --create-missing",
    ])  # fmt: skip
    return company


def _lives() -> Iterator[tuple[str, int, int]]:
    for ended, studies in ((1, SEEN), (0, RUNNING)):
        for study, ages in studies.items():
            yield from ((study, age, ended) for age in ages)
    with (CUTS / "waltons.csv").open(encoding="utf-8", newline="") as stream:
        yield from (("WALTONS", int(float(row["T"])), int(row["E"])) for row in csv.DictReader(stream))
