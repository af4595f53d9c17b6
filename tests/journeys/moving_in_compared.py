"""What a company answers, beside what it is known to say.

A figure is right when it is the published one after rounding it half up to the digits that were published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.journeys.moving_in_company import Company
from tests.journeys.moving_in_figures import Figures, Fit, Groups, Saying


def answers(company: Company, says: Iterable[Saying]) -> dict[str, Any]:
    """Every figure that is known, as the company gives it now, by what was asked."""
    return {asked: value for saying in says for asked, value, _ in _asked(company, saying)}


def wrong(company: Company, says: Iterable[Saying]) -> list[str]:
    """A sentence for each figure that is not the published one; none is good."""
    return [
        f"{asked} is {value}, published is {published}"
        for saying in says
        for asked, value, published in _asked(company, saying)
        if published is None or value is None or _rounded(value, published) != Decimal(published)
    ]


def _asked(company: Company, saying: Saying) -> Iterator[tuple[str, Any, str | None]]:
    """What was asked, what came, and what was published: None for a group that nobody published."""
    match saying:
        case Figures(figures, options):
            (row,) = company.ask(",".join(figures), options)
            for metric, published in figures.items():
                yield f"{metric} {options}", row[metric], published
        case Groups(metric, by, figures, options, whole):
            dimensions = by.split(",") if by else ["period"]
            rows = company.ask(metric, f"--by {by} {options}" if by else options)
            found = {" ".join(str(row[name]) for name in dimensions): row[metric] for row in rows}
            for group in figures | found if whole else figures:
                yield f"{metric} of {group} {options}", found.get(group), figures.get(group)
        case Fit(model, figures, options):
            fit = company.model(model, options)
            errors = {f"se_{name}": value for name, value in fit["standard_errors"].items()}
            found = fit["parameters"] | errors | {name: fit[name] for name in ("log_likelihood", "n")}
            for name, published in figures.items():
                yield f"{name} of {model} {options}", found[name], published


def _rounded(value: float, published: str) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(published), ROUND_HALF_UP)
