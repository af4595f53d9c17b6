"""What checks of the warehouse are called in the reader's language; a condition stays as it is written."""

from __future__ import annotations

import re

from dashboards.label import Title

PATTERNS = (
    (re.compile(r"(?P<what>.+) is filled"), Title("{what} 已填写", "{what} is filled")),
    (re.compile(r"(?P<what>.+) is unique"), Title("{what} 不重复", "{what} is unique")),
    (re.compile(r"(?P<what>\w+) in (?P<table>[\w.]+)"), Title("{what} 在 {table} 中存在", "{what} is in {table}")),
    (re.compile(r"agrees with the store"), Title("与业务库一致", "agrees with the store")),
    (re.compile(r"rows as declared"), Title("各行符合对象的声明", "rows as declared")),
    (re.compile(r"Great Expectations agrees"), Title("Great Expectations 结论一致", "Great Expectations agrees")),
)  # fmt: skip


def check_name(check: str, language: str) -> str:
    """A check as people read it."""
    for pattern, title in PATTERNS:
        if found := pattern.fullmatch(check):
            return title(language).format(**found.groupdict())
    return check
