"""Commands that run the product: up (web application and schedules) and bench (its speed beside its peers)."""

from __future__ import annotations

import os
from typing import Annotated

import typer

LARGE, QUICK = 5_000_000, 1_000_000  # order lines of the large company where nothing is said


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("up")(up)
    app.command("bench")(bench)


def up(
    port: Annotated[int | None, typer.Option(help="Port; default 8050")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1")] = None,
) -> int:
    """Start forms, dashboards and schedules; on an empty data directory, make the demonstration company first."""
    for name, value in (("YINGKE_PORT", port), ("YINGKE_HOST", host)):
        if value is not None:
            os.environ[name] = str(value)
    from pipelines.supervisor import run_until_stopped

    return run_until_stopped()


def bench(
    subject: Annotated[
        list[str] | None, typer.Argument(help="What to measure; everything when left out")
    ] = None,
    lines: Annotated[
        list[int] | None, typer.Option(help="Order lines of the large company; may be repeated")
    ] = None,
    runs: Annotated[int, typer.Option(help="Runs of each fit in `coverage`")] = 1_000,
    peers: Annotated[
        str, typer.Option(help="Environment that has lifetimes, for `fits`", envvar="YINGKE_PEERS")
    ] = "",
) -> int:
    """Measure import, build, increment, questions, pages and Word, each beside its peer in the same run.

    By name only: `numbers` (build, increment and questions on 1 million order lines or as many as --lines says, and
    `fits`, the customer models beside lifetimes), and `coverage`, how often the 95 % intervals of every fit hold the truth.
    """
    from pipelines.bench import GROUPS, run_benches

    subjects = subject or []
    usual = QUICK if set(subjects) & GROUPS.keys() else LARGE
    return run_benches(subjects, sizes=lines or [usual], runs=runs, peers=peers)
