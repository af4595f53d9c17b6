"""The shape of a progress callback, and the one that says nothing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is being done now and, where known, how much of how much is done."""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Note a step."""


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Say nothing."""
