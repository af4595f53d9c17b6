"""How the machine says no: one clear sentence in both languages, with what it concerns.

What is refused, and why, is decided elsewhere (validate, access, walk, operational/rules).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from operational.field import Label

if TYPE_CHECKING:
    from datetime import datetime

    from operational.crud.history import FieldChange
    from operational.crud.record import Record, RecordLink


@dataclass(frozen=True)
class Problem:
    """What is wrong with a typed value: the field (empty: the whole record), the line from 1, the remedy."""

    field: str
    line: int | None
    message: Label


@dataclass(frozen=True)
class Refusal:
    """What a guard or effect answers when it refuses: why, and which records stand in the way."""

    message: Label
    blockers: tuple[RecordLink, ...] = ()


class Declined(Exception):
    """Nothing was written; `message` says why to the person."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


class NotFound(Declined):
    """There is no such record, or the actor may not see it: the two are told alike."""


class NotAllowed(Declined):
    """The actor's role does not have this verb here."""


class Invalid(Declined):
    """Some values cannot be taken; what was typed is kept for the form."""

    def __init__(
        self,
        problems: list[Problem],
        values: dict[str, Any] | None = None,
        lines: list[dict[str, Any]] | None = None,
    ) -> None:
        first = problems[0].message
        more = len(problems) - 1
        super().__init__(
            Label(f"{first.zh}（另有 {more} 处）", f"{first.en} ({more} more)") if more else first
        )
        self.problems = problems
        self.values = values or {}
        self.lines = lines


class Refused(Declined):
    """A rule stands against it: which one, and which records block it."""

    def __init__(self, guard: str, message: Label, blockers: tuple[RecordLink, ...] = ()) -> None:
        super().__init__(message)
        self.guard = guard
        self.blockers = blockers


class Conflict(Declined):
    """Somebody else changed the record meanwhile: theirs, yours, and what they changed."""

    def __init__(
        self,
        theirs: Record,
        yours: dict[str, Any],
        changed_by: str,
        changed_at: datetime | None,
        changes: tuple[FieldChange, ...],
    ) -> None:
        super().__init__(
            Label(
                f"{changed_by or '他人'} 已修改此记录；请查看其改动，再在最新版本上保存。",
                f"{changed_by or 'Somebody'} changed this record meanwhile; look at that, then save again.",
            )
        )
        self.theirs = theirs
        self.yours = yours
        self.changed_by = changed_by
        self.changed_at = changed_at
        self.changes = changes
