"""The product beside its peers, limits and known truth: `run_benches` measures and prints subject by subject.

Everything is measured on data made here in a temporary directory; what is measured stands in one file per subject.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typer

from pipelines.bench.paper import print_head, print_lines

KEPT, OVER, USAGE = 0, 1, 2
COVERAGE = (
    "coverage"  # no speed: how often intervals hold the truth; it takes minutes, so it is run when named
)
FITS = "fits"  # needs an environment with the peer in it
SUBJECTS = ("import", "build", "increment", "questions", "pages", "word")
GROUPS = {"numbers": ("build", "increment", "questions", FITS)}
KNOWN = (*SUBJECTS, FITS, COVERAGE, *GROUPS)


def run_benches(subjects: list[str], *, sizes: Sequence[int], runs: int = 1_000, peers: str = "") -> int:
    """Measure the named subjects, or all of speed, on companies with so many order lines; print their tables.

    `runs` is how often each fit of the coverage bench is drawn and fitted anew, `peers` an environment with other
    people's software. Returns 0, 1 where something is over its limit, 2 for a subject that does not exist.
    """
    unknown = [name for name in subjects if name not in KNOWN]
    if unknown or min(sizes, default=0) < 1 or runs < 1:
        typer.echo(
            f"{', '.join(unknown) or '--lines, --runs'}: known are {', '.join(KNOWN)}, "
            "with one line and one run at least."
        )
        return USAGE
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    named = [one for name in subjects or SUBJECTS for one in GROUPS.get(name, (name,))]
    alike = [name for name in named if name in (FITS, COVERAGE)]  # whatever the size of the company
    over = [_measure([name for name in named if name not in alike], lines, runs, peers) for lines in sizes]
    return OVER if _measure(alike, 0, runs, peers) or any(over) else KEPT


def _measure(subjects: list[str], lines: int, runs: int, peers: str) -> bool:
    """Print the tables of some subjects on one company; whether anything is over its limit."""
    if not subjects:
        return False
    from pipelines.bench import (
        building,
        covering,
        fitting,
        importing,
        incrementing,
        paging,
        questioning,
        wording,
    )
    from pipelines.bench.ground import Ground

    measure = {
        "import": importing.measure, "build": building.measure, "increment": incrementing.measure,
        "questions": questioning.measure, "pages": paging.measure, "word": wording.measure,
        FITS: lambda _: fitting.measure(peers), COVERAGE: lambda _: covering.measure(runs),
    }  # fmt: skip
    over = False
    with tempfile.TemporaryDirectory(prefix="yingke-bench-") as directory:
        ground = Ground(Path(directory), lines)
        print_head(lines)
        try:
            for name in subjects:
                found = measure[name](ground)
                print_lines(name, found)
                over = over or any(line.is_over for line in found)
        finally:
            ground.close()
    return over
