"""How a whole import or export says no: one sentence in both languages, nothing changed.

What is wrong with single rows is no failure: it goes to the rejects, in the sentences of telling/reasons.py.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from operational.field import Label

if TYPE_CHECKING:
    from collections.abc import Iterable


class TransferFailed(Exception):
    """The file as a whole cannot be taken or written; nothing was changed (exit code 3)."""

    exit_code = 3

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh, en)


class WrongUsage(TransferFailed):
    """What was asked for is never possible, whatever the file holds (exit code 2)."""

    exit_code = 2


class MappingError(WrongUsage):
    """The mapping file says something that cannot be followed."""


def nearest(name: str, known: Iterable[str]) -> Label:
    """A hint at what may have been meant, to be put at the end of a sentence; empty if nothing is near."""
    names = list(known)
    folded = {one.casefold(): one for one in names}
    found = get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)
    if not found:
        listed = ", ".join(names[:30])
        return Label(f"；可用的有：{listed}", f"; there are: {listed}") if names else Label("", "")
    meant = ", ".join(f"'{folded[one]}'" for one in found)
    return Label(f"；是否指 {meant}", f"; did you mean {meant}?".removesuffix("?"))
