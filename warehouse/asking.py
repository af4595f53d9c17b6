"""One question on its way to an answer: the main statement, and those for its top, rest, total and comparison.

How a statement is made is in `compile`; the door that people come through is `ask`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.answer import Answer, read_published
from warehouse.catalog import load_catalog
from warehouse.compile.compare import compared
from warehouse.compile.context import Compilation, Groups, Scope, filter_keys
from warehouse.compile.key import resolve_key
from warehouse.compile.run import Result, run
from warehouse.compile.span import Span, resolve
from warehouse.compile.target import add_targets, without_targets
from warehouse.question import TARGET, Question
from warehouse.withheld import refuse_withheld

if TYPE_CHECKING:
    from warehouse.connect import Connection


class Asking:
    """A question with everything that its statements share."""

    def __init__(
        self, connection: Connection, question: Question, scope: Scope, now: datetime | None
    ) -> None:
        question.check()
        self._connection = connection
        self._question = question
        self._scope = scope
        self._published = read_published(connection)
        self._span = resolve(question, self._published.timezone, now)
        self._catalog = load_catalog()
        self._figures = question.figures()
        for figure in self._figures:
            refuse_withheld(self._catalog.metric(figure.metric), scope)
        self._keys = tuple(resolve_key(self._catalog, text) for text in dict.fromkeys(question.by))
        self._filters = filter_keys(self._catalog, question.filters())
        self._statements: list[Result] = []
        self._notes: list[dict[str, str]] = []

    def answer(self) -> Answer:
        """All rows of the answer, with what is said about them."""
        groups, result = self._main()
        self._span, rows = result.span, result.rows  # the periods found are those of its totals too
        self._notes += result.cautions
        self._compare(result, groups, divided=True)
        if self._question.other and groups is not None:
            rows += self._undivided(Groups(False, groups.values), "other")
        if self._question.totals:
            rows += self._undivided(None, "total")
        return Answer(
            question=self._question, figures=self._figures,
            metrics=tuple(self._catalog.metric(figure.metric) for figure in self._figures), span=self._span,
            published=self._published, rows=rows, notes=tuple(self._notes),
            statements=tuple((one.statement.sql, one.parameters) for one in self._statements),
        )  # fmt: skip

    def compilation(self, groups: Groups | None = None, span: Span | None = None) -> Compilation:
        """A statement of this question in the making."""
        return Compilation(
            self._connection,
            self._catalog,
            span or self._span,
            self._keys,
            self._filters,
            self._scope,
            groups,
        )

    def _main(self) -> tuple[Groups | None, Result]:
        """The statement that was asked; with --top its groups too, with a grain chosen over the whole range."""
        top = self._question.top
        if top is None:
            return None, self._run(None)
        if self._span.grain is None:
            result = self._run(None, top=top)
            return Groups(True, tuple(result.groups)), result
        ranking = self._run(None, top=top, span=replace(self._span, grain=None))
        groups = Groups(True, tuple(ranking.groups))
        return groups, self._run(groups)

    def _undivided(self, groups: Groups | None, mark: str) -> list[dict[str, Any]]:
        """Rows that stand for all groups or for the rest, compared like the others: they say so, without dimensions."""
        result = self._run(groups, divided=False)
        self._compare(result, groups, divided=False)
        empty: Mapping[str, None] = dict.fromkeys(key.text for key in self._keys)
        return [{**empty, **row, mark: True} for row in result.rows]

    def _compare(self, result: Result, groups: Groups | None, *, divided: bool) -> None:
        """What the rows of a result are compared with, added to them."""
        if self._question.compare == TARGET:
            if groups is not None and not divided:
                return without_targets(self._figures, result)  # none is kept for the rest of some members
            keys = self._keys if divided else ()
            return add_targets(
                self._connection, self._scope, keys, self._filters, self._figures, self._span, result
            )
        if self._question.compare:
            compared(
                self._question, self._span, self._figures, result,
                lambda span: self._run(groups, divided=divided, span=span),
            )  # fmt: skip
        return None

    def _run(
        self, groups: Groups | None, *, divided: bool = True, top: int | None = None, span: Span | None = None
    ) -> Result:
        compilation = self.compilation(groups, span)
        if not divided:
            compilation.undivide()
        hidden = self._question.top is not None or self._question.compare is not None
        result = run(compilation, self._figures, top, hidden=hidden and divided)
        self._statements.append(result)
        self._notes += [one for one in compilation.notes if one not in self._notes]
        return result
