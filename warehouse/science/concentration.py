"""How unequally an amount is spread over holders: Gini, share of the top, Herfindahl (metrics, C15).

Which customers count, and what their amounts are, is decided before. Amounts below 0 are refused: leave such
holders out and report how many. Where nothing is held the answers are None.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Floats


def gini(amounts: ArrayLike, *, unbiased: bool = False) -> float | None:
    """Gini coefficient in its population form; `unbiased` times N/(N-1)."""
    held = _ascending(amounts)
    n, total = len(held), float(held.sum())
    if total == 0 or (unbiased and n < 2):
        return None
    rank = np.arange(1, n + 1)
    value = float((2 * rank - n - 1) @ held) / (n * total)
    return value * n / (n - 1) if unbiased else value


def top_share(amounts: ArrayLike, *, n: int | None = None, p: float | None = None) -> float | None:
    """Share held by the `n` largest, or by the largest ceil(p N)."""
    held = _ascending(amounts)
    if (n is None) == (p is None):
        raise ValueError("Give either n, a number of holders, or p, a share of them.")
    count = n if n is not None else math.ceil(round(float(p or 0) * len(held), 9))
    total = float(held.sum())
    return float(held[max(len(held) - count, 0) :].sum()) / total if total else None


def holders_of_share(amounts: ArrayLike, share: float) -> float | None:
    """Smallest share of holders who together hold at least `share` of the whole."""
    held = _ascending(amounts)[::-1]
    total = float(held.sum())
    if total == 0:
        return None
    reached = np.cumsum(held) >= share * total * (1 - 1e-12)
    return (int(np.argmax(reached)) + 1) / len(held)


def herfindahl(amounts: ArrayLike) -> float | None:
    """Sum of squared shares: 1/N where all hold the same, 1 where one holds all."""
    held = _ascending(amounts)
    total = float(held.sum())
    return float(((held / total) ** 2).sum()) if total else None


def _ascending(amounts: ArrayLike) -> Floats:
    held = np.sort(np.asarray(amounts, dtype=float))
    if len(held) and not (held[0] >= 0 and np.isfinite(held[-1])):
        raise ValueError("An amount is below 0 or missing; leave such holders out and report how many.")
    return held
