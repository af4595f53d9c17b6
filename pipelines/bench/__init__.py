"""The product beside its peers, limits and known truth: `run_benches` measures and prints subject by subject.

Everything is measured on data made here in a temporary directory; what is measured stands in one file per subject.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import typer

from pipelines.bench.paper import print_head, print_lines

KEPT, OVER, USAGE = 0, 1, 2
COVERAGE = (
    "coverage"  # no speed: how often intervals hold the truth; it takes minutes, so it is run when named
)
SUBJECTS = ("import", "build", "increment", "questions", "pages", "word")


def run_benches(subjects: list[str], *, lines: int, runs: int = 1_000) -> int:
    """Measure the named subjects, or all of speed, on a company with that many order lines; print their tables.

    `runs` is how often each fit of the coverage bench is drawn and fitted anew. Returns 0, 1 where something is over its limit, 2 for a subject that does not exist.
    """
    unknown = [name for name in subjects if name not in (*SUBJECTS, COVERAGE)]
    if unknown or lines < 1 or runs < 1:
        typer.echo(
            f"{', '.join(unknown) or '--lines, --runs'}: known are {', '.join(SUBJECTS)} and {COVERAGE}, "
            "with one line and one run at least."
        )
        return USAGE
    from pipelines.bench import building, covering, importing, incrementing, paging, questioning, wording
    from pipelines.bench.ground import Ground

    measure = {
        "import": importing.measure, "build": building.measure, "increment": incrementing.measure,
        "questions": questioning.measure, "pages": paging.measure, "word": wording.measure,
        COVERAGE: lambda _: covering.measure(runs),
    }  # fmt: skip
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    over = False
    with tempfile.TemporaryDirectory(prefix="yingke-bench-") as directory:
        ground = Ground(Path(directory), lines)
        print_head(lines)
        try:
            for name in subjects or SUBJECTS:
                found = measure[name](ground)
                print_lines(name, found)
                over = over or any(line.is_over for line in found)
        finally:
            ground.close()
    return OVER if over else KEPT
