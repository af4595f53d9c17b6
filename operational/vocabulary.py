"""Vocabularies: codes that another package declares (figures, dimensions), and what they are called to people.

A field names its vocabulary, the application gives its words when it is put together; without them a code is shown
as it is. Whether a code is valid is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """`names` are the codes to choose from, by language; `name` says any code, also one made of several parts.

    Of an `open` one other codes may be written as well: nothing is chosen in their place.
    """

    names: Callable[[str], Mapping[str, str]]
    name: Callable[[str, str], str]
    open: bool = False


_given: dict[str, Vocabulary] = {}


def give(vocabulary: str, words: Vocabulary) -> None:
    """Make the words of a vocabulary known."""
    _given[vocabulary] = words


def is_open(vocabulary: str) -> bool:
    """Whether codes that a vocabulary does not know may be written too."""
    known = _given.get(vocabulary)
    return known is None or known.open


def name_of(vocabulary: str, code: str, language: str) -> str:
    """What a code is called; the code itself where nothing is known of it."""
    known = _given.get(vocabulary)
    return known.name(code, language) if known and code else code


def matching(vocabulary: str, text: str, language: str, limit: int) -> list[tuple[str, str]]:
    """Codes and names that contain a text, those that begin with it first; else the text, where it is itself a code."""
    known = _given.get(vocabulary)
    wanted = text.casefold()
    found = [
        (code, name)
        for code, name in (known.names(language) if known else {}).items()
        if wanted in f"{code} {name}".casefold()
    ]
    found.sort(key=lambda one: not any(part.casefold().startswith(wanted) for part in one))
    made = name_of(vocabulary, text, language)
    return found[:limit] or ([(text, made)] if made != text else [])
