"""Backup and restore: store, documents, settings and the published warehouse in one file, consistent while in use.

The secret key is left out on purpose: who finds a backup can read the data but forge no session.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from operational.store.session import Store
from pipelines import store_copy
from warehouse.connect import POINTER, NotPublishedError, current_snapshot, version_file
from warehouse.publish import synced

if TYPE_CHECKING:
    from operational.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
KEPT_FOLDERS = ("documents", "reports", "rejects")
KEPT_FILES = ("demo_truth.json",)
SECRET = ("smtp_password", "store")  # a database's address may hold its password
CHUNK = 1 << 20


class BackupRefused(Exception):
    """A backup cannot be written or brought back; `message` says why, nothing was changed."""

    def __init__(self, sentence: str) -> None:
        self.message = sentence
        super().__init__(sentence)


def write_backup(store: Store, file: Path) -> str:
    """Write the backup, whole or not at all; a sentence about it and about the key that is not in it.

    The store is copied in one snapshot first, files after it: whatever the store names is there.
    """
    settings = store.settings
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.unfinished")
    digests: dict[str, str] = {}
    try:
        with (
            tempfile.TemporaryDirectory(dir=file.parent) as scratch,
            tarfile.open(draft, "w:gz", compresslevel=1) as archive,
        ):
            for path in store_copy.copy_out(store, Path(scratch)):
                _add(archive, f"store/{path.name}", path, digests)
            for name, path in _files(settings):
                _add(archive, name, path, digests)
            _add_text(archive, "settings.json", _settings_text(settings), digests)
            said = {
                "format": FORMAT,
                "made_at": datetime.now(UTC).isoformat(),
                "kind": store.engine.dialect.name,
                "files": digests,
            }
            _add_text(archive, MANIFEST, json.dumps(said, indent=1), {})
        synced(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return (
        f"{file} holds {len(digests)} files. The secret key {settings.key_path} is not in it: keep a copy "
        "elsewhere; without it everybody logs in again after a restore."
    )


def read_backup(settings: Settings, file: Path) -> str:
    """Bring a backup back into an empty data directory (and an empty database, where one is set).

    Everything is verified before anything is put in place. BackupRefused where there is data already, or
    the file is damaged or of another kind of database.
    """
    if settings.data.exists() and any(settings.data.iterdir()):
        raise BackupRefused(
            f"{settings.data} is not empty; restore into another --data directory, or move it away."
        )
    settings.data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data.parent) as scratch:
        folder = Path(scratch) / "data"
        folder.mkdir()
        said = _unpack(file, folder)
        store_copy.check(folder / "store", said["kind"])
        store_copy.copy_in(settings, folder / "store", folder, said["kind"])
        shutil.rmtree(folder / "store")
        (folder / MANIFEST).unlink()
        if settings.data.exists():
            settings.data.rmdir()
        folder.replace(settings.data)
    return (
        f"{settings.data} is back as of {said['made_at']}. Put the secret key to {settings.key_path}, "
        "then run: yingke refresh"
    )


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Documents, and the published version that the pointer names."""
    for folder in KEPT_FOLDERS:
        for path in sorted((settings.data / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(".unfinished"):
                yield str(path.relative_to(settings.data)), path
    for name in KEPT_FILES:
        if (settings.data / name).is_file():
            yield name, settings.data / name
    with contextlib.suppress(NotPublishedError):
        snapshot = current_snapshot(settings.warehouse_directory)
        published = version_file(settings.warehouse_directory, snapshot)
        if published.exists():
            yield f"warehouse/{published.name}", published
            yield f"warehouse/{POINTER}", settings.warehouse_directory / POINTER


def _add(archive: tarfile.TarFile, name: str, path: Path, digests: dict[str, str]) -> None:
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256")
        size = source.tell()
        source.seek(0)
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, int(path.stat().st_mtime), 0o600
        archive.addfile(member, source)
    digests[name] = digest.hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str, digests: dict[str, str]) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))
    digests[name] = hashlib.sha256(content).hexdigest()


def _settings_text(settings: Settings) -> str:
    return json.dumps(settings.model_dump(mode="json", exclude=set(SECRET)), ensure_ascii=False, indent=1)


def _unpack(file: Path, folder: Path) -> dict[str, object]:
    """Take every member out and compare it with its digest; the manifest."""
    found: dict[str, str] = {}
    try:
        with tarfile.open(file, "r:gz") as archive:
            for member in archive:
                source = archive.extractfile(member)
                target = (folder / member.name).resolve()
                if source is None or not target.is_relative_to(folder.resolve()):
                    raise BackupRefused(f"{file} holds '{member.name}', which no backup of ours does.")
                target.parent.mkdir(parents=True, exist_ok=True)
                found[member.name] = _copy(source, target)
        said: dict[str, object] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (tarfile.TarError, EOFError, OSError, ValueError) as problem:
        raise BackupRefused(f"{file} is no whole backup: {problem}.") from problem
    found.pop(MANIFEST)
    if said.get("format") != FORMAT or found != said.get("files"):
        raise BackupRefused(
            f"{file} is damaged, or of another version: its files are not those that it lists."
        )
    return said


def _copy(source: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
