"""What is bought with what: a test of pairs against chance, and rules of several items (metrics, C18).

Which baskets and items count is decided before; the measures of pairs are SQL, in `compile.pairs`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import Floats

FEWEST_BASKETS = 30
_NEGLIGIBLE = 1e-17  # of a sum
_BLOCK = 4096
Integers = NDArray[np.integer[Any]]


def counts_together(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], baskets: int
) -> tuple[Integers, Integers, Integers]:
    """How many baskets hold a member of each side: first member, second member, count, of all pairs that any holds.

    A side is one entry per basket and member that it holds: numbers of baskets, below `baskets`, and of members. The
    counts are the product of the two matrices of who is where, which costs a tenth of joining the lines.
    """
    from scipy.sparse import csr_array

    def holding(side: tuple[ArrayLike, ArrayLike]) -> csr_array:
        basket, member = (np.asarray(one, dtype=np.int32) for one in side)
        members = int(member.max(initial=-1)) + 1
        return csr_array((np.ones(len(basket), dtype=np.int32), (basket, member)), shape=(baskets, members))

    together = (holding(first).T @ holding(second)).tocoo()
    return together.row, together.col, together.data


def p_values(together: ArrayLike, antecedent: ArrayLike, consequent: ArrayLike, baskets: ArrayLike) -> Floats:
    """Fisher's exact test, one-sided: how likely chance alone brings two items together so often.

    The hypergeometric tail, summed term by term from the count away from the mean, where terms only fall; scipy's
    takes a tenth of a millisecond for each pair, and there are a million. Equal counts are summed once, in blocks that
    stay in the processor's cache and have about as many terms to sum.
    """
    counts = np.broadcast_arrays(
        *(np.asarray(one, dtype=float) for one in (together, antecedent, consequent, baskets))
    )
    both, a, b, n = (one.ravel() for one in counts)
    told = np.stack([np.minimum(a, b) * np.maximum(a, b), np.minimum(a, b), both, n])
    order = np.lexsort(told[::-1])
    first = np.any(np.diff(told[:, order], axis=1, prepend=np.nan) != 0, axis=0)
    once = order[first]
    chances = [
        _tail(*(one[once[begin : begin + _BLOCK]] for one in (both, a, b, n)))
        for begin in range(0, len(once), _BLOCK)
    ]
    found = np.empty(both.shape)
    found[order] = np.concatenate([*chances, []])[np.cumsum(first) - 1]
    return found.reshape(counts[0].shape)


def _tail(both: Floats, a: Floats, b: Floats, n: Floats) -> Floats:
    """P(X >= both): the terms above where both lies above the mean, else all but the terms below."""
    above = both * n > a * b
    x = np.where(above, both, both - 1)
    term = np.exp(_log_chance(x, a, b, n))
    possible = term > 0
    x, left, right, rest = (np.where(possible, one, 0) for one in (x, a - x, b - x, n - a - b + x))
    # the factor to the next term is up left * right / ((x + 1) (rest + 1)), and down the same of what is beyond x
    over, under = np.where(above, left, x), np.where(above, right, rest)
    beyond, other = np.where(above, x, left) + 1, np.where(above, rest, right) + 1
    total = term.copy()
    while (term > _NEGLIGIBLE * total).any():
        term *= over * under / (beyond * other)
        total += term
        over -= 1
        under -= 1
        beyond += 1
        other += 1
    return np.asarray(np.clip(np.where(above, total, 1 - total), 0.0, 1.0))


def _log_chance(both: Floats, a: Floats, b: Floats, n: Floats) -> Floats:
    """Logarithm of the hypergeometric probability of exactly `both`; -inf for what cannot be."""
    from scipy.special import gammaln

    def ways(of: Floats, out_of: Floats) -> Floats:
        possible = (of >= 0) & (of <= out_of)
        chosen = np.where(possible, of, 0)
        return np.where(
            possible, gammaln(out_of + 1) - gammaln(chosen + 1) - gammaln(out_of - chosen + 1), -np.inf
        )

    return np.asarray(ways(both, a) + ways(b - both, n - a) - ways(b, n))


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
