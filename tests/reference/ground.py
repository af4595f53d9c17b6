"""What the check of a reference entry is, and where its figures come from: companies that moved in, files, fits.

A figure that is data comes from a company, through import, refresh and a question; a formula from its public
function. What an entry holds, and how exactly it must be met, stands in the register's files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.journeys.moving_in_company import Company
from tests.journeys.moving_in_fixtures import Moved
from tests.science.shared_files import SharedFiles


@dataclass(frozen=True)
class Ground:
    """Where the checks take their figures from."""

    moved_in: Moved
    data: SharedFiles
    lives: Callable[[], Company]

    def company(self, name: str) -> Company:
        return self.moved_in(name)


@dataclass(frozen=True)
class Check:
    """How one entry is met: `compute` gives its numbers under the entry's own names.

    `published` and `reproduced` are tolerances beyond the digits that were printed; `printed` brings our numbers
    into the form of what was published. `company` is who has to move in. `mistakes` names the entry's figures
    that peers give by a known mistake, each with our figure that it is told from; `beside` names what is no
    result (a run time), or not our definition, with the reason.
    """

    compute: Callable[[Ground], Any]
    published: Mapping[str, float] = field(default_factory=lambda: {"abs": 0})
    reproduced: Mapping[str, float] = field(default_factory=lambda: {"abs": 0})
    company: str = ""
    printed: Callable[[Any], Any] = lambda computed: computed
    mistakes: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


def differences(check: Check, entry: Mapping[str, Any], computed: Any) -> list[str]:
    """A sentence for each number of the entry that is not met, not computed, or no mistake after all."""
    found: list[str] = []
    for against in ("published", "reproduced"):
        expected = entry[against]
        ours = check.printed(computed) if against == "published" else computed
        if expected is None or isinstance(expected, str):
            continue
        if isinstance(expected, dict) and isinstance(ours, dict):
            known = {name: value for name, value in expected.items() if name not in check.beside}
            for mistake in known.keys() & check.mistakes.keys():
                right = ours[check.mistakes[mistake]]
                if not _apart(right, known.pop(mistake)):
                    found.append(f"{mistake} is called a mistake, and is our {check.mistakes[mistake]}")
            if missing := known.keys() - ours.keys():
                found.append(f"{against}: not computed: {', '.join(sorted(missing))}")
            ours = {name: ours[name] for name in known if name in ours}
        else:
            known = expected
        found += _unlike(ours, known, getattr(check, against), against)
    return found


def _apart(ours: Any, theirs: Any) -> bool:
    """Whether another's figure is not ours, to one part in a thousand."""
    return np.shape(ours) != np.shape(theirs) or not np.allclose(ours, theirs, rtol=1e-3, atol=0)


def _unlike(computed: Any, expected: Any, tolerance: Mapping[str, float], where: str) -> list[str]:
    """Nested numbers compared, each as exactly as it was printed."""
    if isinstance(computed, dict):
        return [
            one for key, value in computed.items()
            for one in _unlike(value, expected[key], tolerance, f"{where}.{key}")
        ]  # fmt: skip
    if isinstance(computed, list | tuple | np.ndarray):
        if len(computed) != len(expected):
            return [f"{where} has {len(computed)} numbers, not {len(expected)}"]
        pairs = enumerate(zip(computed, expected, strict=True))
        return [
            one for place, pair in pairs for one in _unlike(*pair, tolerance, f"{where}[{place}]")
        ]  # fmt: skip
    if isinstance(expected, str):
        return [] if computed == expected else [f"{where} is {computed}, not {expected}"]
    if computed == pytest.approx(expected, **tolerance) or abs(computed - expected) <= _rounding(expected):
        return []
    return [f"{where} is {computed}, not {expected}"]


def _rounding(expected: float) -> float:
    """Half a unit of the last digit in which a result was printed; a count was not rounded."""
    digits = Decimal(repr(expected)).as_tuple().exponent
    return 0.5001 * 10.0 ** int(digits) if isinstance(expected, float) else 0.0


def values(rows: Iterable[Mapping[str, Any]], key: str, figure: str) -> dict[Any, Any]:
    """One figure of an answer by a dimension."""
    return {row[key]: row[figure] for row in rows}
