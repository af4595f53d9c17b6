"""The only door to the numbers: pages, Word, command line, API and tests ask here, under the asker's row rules.

How an answer comes about is in `asking`, `behind` and `models`; nothing is computed here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.answer import Answer, RowsBehind
from warehouse.asking import Asking
from warehouse.behind import list_rows
from warehouse.compile.context import Scope
from warehouse.question import AskRefused, Question

if TYPE_CHECKING:
    from warehouse.connect import Connection

__all__ = [
    "Answer",
    "AskRefused",
    "Question",
    "RowsBehind",
    "Scope",
    "ask",
    "item_rules",
    "models",
    "rows_behind",
]


def ask(connection: Connection, question: Question, scope: Scope, *, now: datetime | None = None) -> Answer:
    """The numbers asked for, as the asker may see them.

    `scope` is None for everything, or {entity: {column: ids}}: rows of an entity that is missing may not be
    read at all, nor figures that come from a column whose ids are None. `now` (aware) is the present where the question names no as-of. AskRefused says in both
    languages what cannot be answered.
    """
    return Asking(connection, question, scope, now).answer()


def rows_behind(
    connection: Connection,
    question: Question,
    scope: Scope,
    limit: int | None = None,
    *,
    now: datetime | None = None,
) -> RowsBehind:
    """The rows of the question's first figure over its whole range and all its groups, the newest first.

    The values of a sum or count add up to the number, those of a quantile have it; of a ratio, the values whose
    `metric` is its numerator over those of its denominator give it. Metrics that are computed per customer are
    listed per customer; of lives and recurrences the units are listed as they were observed, and their replacements
    (compile.behind_lives). AskRefused as for `ask`.
    """
    return list_rows(connection, question, scope, limit, now)


def models(
    connection: Connection,
    name: str | None = None,
    as_of: date | datetime | None = None,
    where: tuple[str, ...] = (),
    scope: Scope = None,
    *,
    by: tuple[str, ...] = (),
    start: date | None = None,
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """The fitted models of the selected rows before the as-of, or the one named; one per group of `by`.

    bg_nbd, pareto_nbd, gamma_gamma are of purchases (weeks), weibull of the life until a unit's first
    replacement, power_law of all its replacements (days). `start` is the day from which replacements were
    recorded: units installed before come under observation at the age that they had then. AskRefused for an
    unknown name.
    """
    from warehouse.models import fit_models

    return fit_models(
        connection, name, Question((), by=by, start=start, as_of=as_of, where=where), scope, now
    )


def item_rules(
    connection: Connection,
    question: Question,
    scope: Scope = None,
    *,
    support: float,
    confidence: float,
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """Rules of one or more items to another over the question's orders, as plain data, the highest lift first.

    Only range, as-of and filters of the question count. There are many and none is tested: candidates, not findings.
    """
    from warehouse.item_rules import find_rules

    return find_rules(connection, question, scope, support, confidence, now)
