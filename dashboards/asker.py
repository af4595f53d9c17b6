"""The pages' way to the figures: a reader, the published state and a view become questions to warehouse.ask.

Every answer goes through `ask` under the reader's scope; answers are remembered per snapshot and scope.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from warehouse.ask import ask
from warehouse.catalog import load_catalog
from warehouse.health import check_results
from warehouse.names import names_in
from warehouse.question import TARGET, AskRefused, Question

if TYPE_CHECKING:
    from dashboards.view import View
    from warehouse.ask import Scope
    from warehouse.connect import Connection

REMEMBERED = 2_000


class Memory:
    """Answers by (snapshot, scope, question); shared by threads, the oldest forgotten first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Any, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> Any:
        """The remembered answer, or None."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Any, answer: Any) -> None:
        """Remember an answer."""
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)


@dataclass(frozen=True)
class Asker:
    """One reader's questions to one published state."""

    connection: Connection
    snapshot: str
    scope: Scope
    language: str
    currency: str
    memory: Memory = field(default_factory=Memory)

    def ask(self, view: View, metrics: tuple[str, ...], **says: Any) -> Any:
        """The Answer to a question over the view's period and filters; AskRefused as ask says it."""
        question = Question(
            metrics=metrics,
            start=view.start,
            end=view.end,
            as_of=view.as_of,
            where=(*view.where, *says.pop("where", ())),
            **says,
        )
        return self.answer(question)

    def answer(self, question: Question) -> Any:
        """The Answer to any question; a refusal is remembered like one."""
        key = (self.snapshot, frozen_scope(self.scope), question)
        answer = self.memory.get(key)
        if answer is None:
            try:
                answer = ask(self.connection, question, self.scope)
            except AskRefused as refused:
                answer = refused
            self.memory.put(key, answer)
        if isinstance(answer, AskRefused):
            raise AskRefused(**answer.reason, hidden=answer.hidden, foreign=answer.foreign)
        return answer

    def metric(self, text: str) -> Any:
        """The catalogue's entry behind a figure such as `resolution_hours:p90`."""
        return load_catalog().metric(Question(metrics=(text,)).figures()[0].metric)

    def names(self, dimension: str) -> dict[str, str]:
        """What values of a dimension are called in the reader's language, where it is not what the answers hold."""
        key = (self.snapshot, "names", dimension.rpartition(".")[2], self.language)
        names: dict[str, str] | None = self.memory.get(key)
        if names is None:
            names = names_in(self.connection, dimension, self.language)
            self.memory.put(key, names)
        return names

    def warnings(self, metrics: tuple[str, ...]) -> tuple[str, ...]:
        """The checks that did not pass on tables which these figures are read from: 'table: check'."""
        catalog = load_catalog()
        tables = {table for name in metrics for table in catalog.tables_of(self.metric(name))}
        return tuple(f"{table}: {check}" for table, check in self._failed() if table in tables)

    def _failed(self) -> tuple[tuple[str, str], ...]:
        key = (self.snapshot, "failed checks")
        failed: tuple[tuple[str, str], ...] | None = self.memory.get(key)
        if failed is None:
            results = check_results(self.connection)
            failed = tuple((one["table"], one["check"]) for one in results if not one["success"])
            self.memory.put(key, failed)
        return failed

    def compared(self, view: View, metrics: tuple[str, ...], **says: Any) -> list[dict[str, Any]]:
        """The rows of what the view is compared with: the same question at the earlier time, or the targets."""
        if view.compare != TARGET:
            rows: list[dict[str, Any]] = self.ask(self.earlier(view), metrics, **says).rows
            return rows
        aimed = self.ask(view, metrics, compare=TARGET, **says).rows
        return [row | {name: row[f"{name}:{TARGET}"] for name in metrics} for row in aimed]

    def earlier(self, view: View) -> View:
        """The view moved to the time it is compared with: the same days a year before, or those just before."""
        if view.compare == "year":
            return replace(view, start=_year_before(view.start), end=_year_before(view.end), as_of=None)
        return replace(view, start=view.start - (view.end - view.start), end=view.start, as_of=None)


def _year_before(day: Any) -> Any:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def frozen_scope(scope: Any) -> Any:
    """A scope as a key: equal for equal rights."""
    if scope is None:
        return None
    return tuple(sorted((name, tuple(sorted(columns.items()))) for name, columns in scope.items()))
