"""Chance, the same for the same company: a stream of random numbers per subject, and draws by weight.

Streams do not depend on the last day of the history, so that another day gives the same company, moved in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.random import Generator, SeedSequence

from operational.demo.calendar import Floats, Ints
from operational.demo.size import Size


class Dice:
    """The streams of one company, by subject."""

    def __init__(self, size: Size, seed: int) -> None:
        self._entropy = (seed, size.number)

    def of(self, subject: str) -> Generator:
        """The stream of a subject: a fresh one from its beginning each time it is asked for."""
        return np.random.default_rng(SeedSequence((*self._entropy, crc32(subject.encode()))))


def draw(rng: Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """So many places of a list, each by its weight."""
    steps = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(steps, rng.random(count) * steps[-1], side="right").astype(np.int64)


def lognormal(rng: Generator, median: Floats | float, sigma: float, count: int) -> Floats:
    """Draws with that median and that standard deviation of the logarithm."""
    return median * np.exp(sigma * rng.standard_normal(count))


def ranks_within(group: Ints) -> Ints:
    """The place of each row in its group, from 0, for groups that lie together."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    return np.arange(len(group)) - np.repeat(begins, np.diff(np.append(begins, len(group))))
