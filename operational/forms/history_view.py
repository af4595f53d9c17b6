"""The history of a record as people read it: when, who, by which way, what became of what.

What happened is told by crud/history.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from operational.crud.history import FieldChange, HistoryEntry
from operational.entity import Entity
from operational.forms.shown import shown, state_of
from operational.forms.words import WORDS, word

SHOWN = 40  # changed fields of one entry: a bulk change of lines would fill the screen


@dataclass(frozen=True)
class ShownChange:
    """One field from what to what."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownEntry:
    """One entry of the timeline."""

    at: str
    who: str
    channel: str
    what: str
    reason: str
    changes: list[ShownChange]
    hidden: int


def shown_entries(
    cls: type[Entity], entries: Iterable[HistoryEntry], language: str, zone: ZoneInfo
) -> list[ShownEntry]:
    """Entries in the order given, the newest first."""
    return [_entry(cls, one, language, zone) for one in entries]


def _entry(cls: type[Entity], entry: HistoryEntry, language: str, zone: ZoneInfo) -> ShownEntry:
    parts = []
    for step in entry.steps:
        state = state_of(cls, step.after)
        parts.append(f"{step.label(language)} → {state.label(language)}" if state else step.label(language))
    if not parts:
        parts = [word({"create": "created", "delete": "delete"}.get(entry.kind, "changed"), language)]
    reasons = dict.fromkeys([*(step.comment for step in entry.steps if step.comment), entry.reason])
    graph = cls.__entity__.graph
    told = [one for one in entry.changes if graph is None or one.field.name != graph.field or not entry.steps]
    return ShownEntry(
        f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        entry.who or word("outside", language),
        _channel(entry, language),
        "; ".join(parts),
        "; ".join(one for one in reasons if one),
        [_change(cls, one, language, zone) for one in told[:SHOWN]],
        max(0, len(told) - SHOWN),
    )


def _channel(entry: HistoryEntry, language: str) -> str:
    name = f"channel_{entry.channel or 'outside'}"
    return word(name, language) if name in WORDS else entry.channel


def _change(cls: type[Entity], change: FieldChange, language: str, zone: ZoneInfo) -> ShownChange:
    source = cls.__lines__ if change.line is not None and cls.__lines__ is not None else cls
    label = change.field.label(language)
    if change.line is not None:
        label = f"{word('line', language)} {change.line} · {label}"
    return ShownChange(
        label,
        shown(source, change.field, change.before, language, zone),
        shown(source, change.field, change.after, language, zone),
    )
