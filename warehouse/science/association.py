"""What is bought with what: a test of pairs against chance, and rules of several items (metrics, C18).

Which baskets and items count is decided before; the measures of pairs are SQL, in `compile.pairs`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Floats

FEWEST_BASKETS = 30


def p_values(together: ArrayLike, antecedent: ArrayLike, consequent: ArrayLike, baskets: ArrayLike) -> Floats:
    """Fisher's exact test, one-sided: how likely chance alone brings two items together so often."""
    from scipy.stats import hypergeom

    both, a, b, n = (np.asarray(count) for count in (together, antecedent, consequent, baskets))
    return np.clip(hypergeom.sf(both - 1, n, a, b), 0.0, 1.0)


def q_values(together: ArrayLike, antecedent: ArrayLike, consequent: ArrayLike, baskets: ArrayLike) -> Floats:
    """The p-values after Benjamini & Hochberg 1995; nan for pairs that share too few baskets to be tested.

    A pair that stands in both orders, as all others do, has the q-value that it has in one.
    """
    from scipy.stats import false_discovery_control

    counts = np.stack(np.broadcast_arrays(together, antecedent, consequent, baskets))
    found, tested = np.full(counts.shape[1], np.nan), counts[0] >= FEWEST_BASKETS
    if tested.any():
        found[tested] = false_discovery_control(p_values(*counts[:, tested]))
    return found


@dataclass(frozen=True)
class SetRule:
    """Whoever has all of `antecedent` has `consequent`, in `together` baskets, with these measures."""

    antecedent: frozenset[str]
    consequent: str
    together: int
    support: float
    confidence: float
    lift: float


def set_rules(basket: ArrayLike, item: ArrayLike, support: float, confidence: float) -> list[SetRule]:
    """Every rule of one or more items to one item that reaches both shares (Agrawal & Srikant 1994).

    One entry per line, as for pairs. Sets grow an item at a time (Zaki 2000): a set below `support` has no
    larger one above it. There are many such rules and no test here: they are candidates, not findings.
    """
    names, column = np.unique(np.asarray(item), return_inverse=True)
    baskets, row = np.unique(np.asarray(basket), return_inverse=True)
    total = len(baskets)
    holders = [0] * len(names)  # per item the baskets that hold it, one bit each
    for place, one in zip(row.tolist(), column.tolist(), strict=True):
        holders[one] |= 1 << place
    count = {frozenset(members): held for members, held in _frequent(holders, support * total)}
    return [
        SetRule(
            frozenset(str(names[one]) for one in rest), str(names[last]), held,
            held / total, held / count[rest], held * total / (count[rest] * count[frozenset([last])]),
        )
        for members, held in count.items() if len(members) > 1
        for last in members
        for rest in [members - {last}] if held / count[rest] >= confidence
    ]  # fmt: skip


def _frequent(holders: list[int], fewest: float) -> Iterator[tuple[tuple[int, ...], int]]:
    """Sets of items that at least `fewest` baskets hold, with how many do, each set once and in order."""
    begun: list[tuple[tuple[int, ...], int]] = [
        ((one,), held) for one, held in enumerate(holders) if held.bit_count() >= fewest
    ]
    yield from ((members, held.bit_count()) for members, held in begun)
    while begun:
        members, held = begun.pop()
        for one in range(members[-1] + 1, len(holders)):
            shared = held & holders[one]
            if shared.bit_count() >= fewest:
                yield (*members, one), shared.bit_count()
                begun.append(((*members, one), shared))
