"""One process at a time: a lock file that the system frees if its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def alone(path: Path, wait_seconds: float, refusal: Exception) -> Iterator[None]:
    """Hold the lock of a path; raises the refusal where another holds it longer than `wait_seconds`."""
    with path.open("a+") as holder:
        _lock(holder, time.monotonic() + wait_seconds, refusal)
        holder.truncate(0)
        holder.write(str(os.getpid()))
        holder.flush()
        yield


def _lock(holder: TextIO, until: float, refusal: Exception) -> None:
    while True:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise refusal from None
            time.sleep(0.1)
