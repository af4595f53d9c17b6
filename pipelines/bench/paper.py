"""How measurements are written down: what was measured, beside what, and the ratio with its limit.

Nothing is measured here. Ratios are "ours / theirs" in time, so smaller is better everywhere.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer


@dataclass(frozen=True)
class Line:
    """One measurement: its figure, the peer or limit beside it, their ratio, and the most that this may be."""

    what: str
    figure: str
    beside: str = ""
    ratio: float | None = None
    limit: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether a limit is exceeded."""
        return self.ratio is not None and self.limit is not None and self.ratio > self.limit


def seconds(value: float) -> str:
    """A time as people read it."""
    return f"{value:,.2f} s" if value >= 1 else f"{value * 1000:,.1f} ms"


def against(what: str, measured: float, peer: str, beside: float, limit: float | None = None) -> Line:
    """A time in seconds beside another one."""
    return Line(
        what, seconds(measured), f"{peer} {seconds(beside)}", measured / beside if beside else None, limit
    )


def timed(work: Callable[[], object], times: int = 1) -> float:
    """The median of the seconds that some runs of the work took."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def print_head(lines: int) -> None:
    """What everything below depends on; no lines where it is no company that is measured."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    company = f"{lines:,} order lines; " if lines else ""
    typer.echo(f"{company}{os.cpu_count()} processors, load {load} when begun; ratios: smaller is better")


def print_lines(subject: str, lines: Sequence[Line]) -> None:
    """One subject as a table."""
    rows = [
        (
            line.what,
            line.figure,
            line.beside,
            "" if line.ratio is None else f"{line.ratio:.2f}",
            _verdict(line),
        )
        for line in lines
    ]
    heads = (subject, "measured", "beside", "ratio", "limit")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    typer.echo()
    for row in (heads, *rows):
        typer.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _verdict(line: Line) -> str:
    if line.limit is None:
        return ""
    return f"{line.limit:g} {'OVER' if line.is_over else 'kept'}"
