"""What one row adds to a declared aggregate: `sum(f.amount)` adds f.amount, `count(*)` adds 1.

So the rows behind a number can be listed with their share in it, and add up to it.
"""

from __future__ import annotations

import re

_OUTER = re.compile(r"(?P<sign>-?)\s*(?P<function>sum|count)\((?P<rest>.*)", re.DOTALL)


def row_value(sql: str, key: str) -> str | None:
    """SQL of a row's share in an aggregate; None for aggregates that do not add up from rows.

    `key` is the column that orders rows: of rows that count once together, the first one counts.
    """
    found = _OUTER.fullmatch(sql.strip())
    if found is None:
        return None
    inner, tail = _balanced(found["rest"])
    # what follows is constant over the rows of a window: a largest value of one is that value itself
    tail = tail.replace("max(", "greatest(")
    if found["function"] == "sum":
        share = f"({inner})"
    elif inner.strip() == "*":
        share = "1"
    elif inner.strip().startswith("distinct "):
        thing = inner.strip().removeprefix("distinct ")
        share = f"case when {thing} is not null and row_number() over (partition by {thing} order by {key}) = 1 then 1 end"
    else:
        share = f"case when ({inner}) is not null then 1 end"
    return f"{found['sign']}{share}{tail}"


def _balanced(text: str) -> tuple[str, str]:
    """The text up to the parenthesis that closes it, and what follows."""
    depth = 1
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return text[:place], text[place + 1 :]
    raise ValueError(f"unbalanced parentheses in '{text}'")
