"""Publishing: the build file becomes a versioned, read-only file in one atomic step, and old ones go.

Whether something may be published is decided by the checks, not here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from warehouse.connect import BUILD_FILE, POINTER, NotPublishedError, current_snapshot, version_file

KEPT = 3


def _unheard(step: str) -> None:
    """Nobody wants to know of the steps."""


def publish(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    snapshot: str,
    step: Callable[[str], None] = _unheard,
) -> None:
    """Copy the build to the snapshot's own name and turn the pointer to it.

    Every step is durable before the next: checkpoint, copy, fsync, rename, fsync of the directory, pointer.
    `step` is told of each before it begins. Killed anywhere, the pointer names a whole file. Never replaces a file that a reader may have open.
    """
    step("publish: checkpoint")
    connection.execute("checkpoint")
    step("publish: copy")
    unfinished = directory / f"{snapshot}.unfinished"
    shutil.copyfile(directory / BUILD_FILE, unfinished)
    synced(unfinished)
    step("publish: rename")
    unfinished.rename(version_file(directory, snapshot))
    synced(directory)
    step("publish: point")
    point_to(directory, snapshot)
    step("publish: pointed")


def point_to(directory: Path, snapshot: str) -> None:
    """Make a version that exists the current one, durably and at once."""
    if not version_file(directory, snapshot).exists():
        raise NotPublishedError(f"Snapshot {snapshot} has no file.")
    pointer = directory / f"{POINTER}.unfinished"
    pointer.write_text(snapshot, encoding="utf-8")
    synced(pointer)
    pointer.replace(directory / POINTER)
    synced(directory)


def sweep(directory: Path, keep: Iterable[str] = ()) -> list[str]:
    """Remove unfinished files and all versions but the newest three, the current one and those in `keep`."""
    kept = set(keep)
    versions = sorted(
        (path.stem for path in directory.glob("*.duckdb") if path.name != BUILD_FILE), reverse=True
    )
    kept.update(versions[:KEPT])
    with contextlib.suppress(NotPublishedError):
        kept.add(current_snapshot(directory))
    removed = [version for version in versions if version not in kept]
    for version in removed:
        version_file(directory, version).unlink(missing_ok=True)
        version_file(directory, version).with_suffix(".duckdb.wal").unlink(missing_ok=True)
    for unfinished in directory.glob("*.unfinished"):
        unfinished.unlink(missing_ok=True)
    return removed


def synced(path: Path) -> None:
    """Return when a file or folder is on the disk as it is now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
