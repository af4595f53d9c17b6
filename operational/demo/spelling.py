"""How Chinese names of the demonstration are spelt in English: places, trade names and people, by pinyin.

What pinyin does not give stands in words/spellings.py; names that are translated stand beside the Chinese ones.
"""

from __future__ import annotations

from functools import cache

from operational.demo.words.spellings import IN_NAMES, PLACES


@cache
def place(name: str) -> str:
    """A province or city: 苏州 is Suzhou, 西安 is Xi'an."""
    return PLACES.get(name) or "".join(_pinyin(name)).capitalize()


@cache
def trade_name(name: str) -> str:
    """The two characters that tell companies apart: 恒润 is Hengrun."""
    return _in_names(name).capitalize()


def person(name: str) -> str:
    """A person, the one character of the surname first: 王志强 is Wang Zhiqiang."""
    return f"{_in_names(name[0]).capitalize()} {_in_names(name[1:]).capitalize()}"


def _in_names(characters: str) -> str:
    return "".join(IN_NAMES.get(one) or _pinyin(one)[0] for one in characters)


@cache
def _pinyin(characters: str) -> list[str]:
    from pypinyin import lazy_pinyin  # half a second to import

    return lazy_pinyin(characters)
