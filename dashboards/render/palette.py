"""The colours of the stylesheet for renderers that cannot read CSS; they are declared in yingke.css alone."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import operational.forms
from dashboards.word.look import Look

STYLESHEET = Path(operational.forms.__file__).parent / "static" / "yingke.css"
_TOKEN = re.compile(r"--(?P<name>[a-z0-9-]+):\s*(?:light-dark\()?(?P<light>#[0-9a-fA-F]{6})")


@lru_cache(maxsize=1)
def light_tokens() -> dict[str, str]:
    """Token -> colour in the light theme."""
    return {
        found["name"]: found["light"] for found in _TOKEN.finditer(STYLESHEET.read_text(encoding="utf-8"))
    }


def paper_look() -> Look:
    """The look of Word documents: the light theme's colours."""
    tokens = light_tokens()
    return Look(
        series=tuple(tokens[f"series-{number}"] for number in range(1, 9)),
        accent=tokens["primary-strong"],
        ink=tokens["text"],
        muted=tokens["text-quiet"],
        good=tokens["green-text"],
        bad=tokens["red-text"],
        warning=tokens["amber-text"],
    )
