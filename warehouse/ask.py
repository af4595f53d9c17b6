"""The only door to the numbers: one question in, one answer out, under the asker's row rules.

How statements are made is in `compile`; what an answer looks like outside, in `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.answer import Answer, Published, read_published
from warehouse.catalog import load_catalog
from warehouse.compile.compare import compared
from warehouse.compile.context import Compilation, Groups, Scope, filter_keys
from warehouse.compile.key import resolve_key
from warehouse.compile.run import Result, run
from warehouse.compile.span import Span, resolve
from warehouse.question import AskRefused, Question

if TYPE_CHECKING:
    import duckdb

__all__ = ["AskRefused", "Question", "ask"]


def ask(
    connection: duckdb.DuckDBPyConnection, question: Question, scope: Scope, *, now: datetime | None = None
) -> Answer:
    """The numbers asked for, as the asker may see them.

    `scope` is None for everything, or {entity: {column: ids}}: rows of an entity that is missing may not be
    read at all. `now` (aware) is the present where the question names no as-of day. AskRefused says in both
    languages what cannot be answered.
    """
    question.check()
    published = read_published(connection)
    span = resolve(question, published.timezone, now)
    asking = _Asking(connection, question, span, scope, published)
    return asking.answer()


class _Asking:
    """One question on its way: the main statement, and those for its top, rest, total and comparison."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        question: Question,
        span: Span,
        scope: Scope,
        published: Published,
    ) -> None:
        self._connection = connection
        self._question = question
        self._span = span
        self._scope = scope
        self._published = published
        self._catalog = load_catalog()
        self._figures = question.figures()
        self._keys = tuple(resolve_key(self._catalog, text) for text in dict.fromkeys(question.by))
        self._filters = filter_keys(self._catalog, question.filters())
        self._statements: list[Result] = []
        self._notes: list[dict[str, str]] = []

    def answer(self) -> Answer:
        """All rows of the answer, with what is said about them."""
        groups, result = self._main()
        self._span, rows = result.span, result.rows  # the periods found are those of its totals too
        if self._question.compare:
            compared(self._question, self._span, self._figures, result, self._at, groups)
        if self._question.other and groups is not None:
            rest = Groups(False, groups.values)
            rows += self._marked(self._run(rest, divided=False), "other")
        if self._question.totals:
            rows += self._marked(self._run(None, divided=False), "total")
        metrics = [self._catalog.metric(figure.metric) for figure in self._figures]
        return Answer(
            question=self._question, figures=self._figures, metrics=tuple(metrics), span=self._span,
            published=self._published, rows=rows, notes=tuple(self._notes),
            statements=tuple((one.statement.sql, one.parameters) for one in self._statements),
        )  # fmt: skip

    def _main(self) -> tuple[Groups | None, Result]:
        """The statement that was asked; with --top its groups, which with a grain are chosen over the whole range."""
        top = self._question.top
        if top is None:
            return None, self._run(None)
        if self._span.grain is None:
            result = self._run(None, top=top)
            return Groups(True, tuple(result.groups)), result
        ranking = self._run(None, top=top, span=replace(self._span, grain=None))
        groups = Groups(True, tuple(ranking.groups))
        return groups, self._run(groups)

    def _at(self, span: Span, groups: Groups | None) -> Result:
        return self._run(groups, span=span)

    def _run(
        self, groups: Groups | None, *, divided: bool = True, top: int | None = None, span: Span | None = None
    ) -> Result:
        compilation = Compilation(
            self._connection, self._catalog, span or self._span, self._keys, self._filters, self._scope, groups
        )
        if not divided:
            compilation.undivide()
        result = run(compilation, self._figures, top)
        self._statements.append(result)
        self._notes += [one for one in compilation.notes if one not in self._notes]
        return result

    def _marked(self, result: Result, mark: str) -> list[dict[str, Any]]:
        """Rows that stand for all groups or for the rest: their dimensions are empty, and they say so."""
        empty: Mapping[str, None] = dict.fromkeys(key.text for key in self._keys)
        return [{**empty, **row, mark: True} for row in result.rows]
