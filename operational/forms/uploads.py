"""Uploaded files between the trial of an import and the import itself: each in a folder of its own, for its owner only.

What is in them is read by operational/transfer.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import time
from pathlib import Path

from werkzeug.datastructures import FileStorage

from operational.settings import Settings

ENDINGS = (".csv.gz", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
KEPT = 24 * 3600  # seconds
REJECTS = "rejects.csv"


def keep(settings: Settings, login: str, upload: FileStorage) -> str | None:
    """Keep a file and return the name by which `find` finds it; None for a kind of file that is not taken."""
    given = (upload.filename or "").lower()
    ending = next((one for one in ENDINGS if given.endswith(one)), None)
    if ending is None:
        return None
    _forget_old(settings)
    name = f"{_owner(login)}-{secrets.token_hex(16)}"
    folder = _uploads(settings) / name
    folder.mkdir(mode=0o700)
    # The history says from which file a record came, so its name stays readable, but cannot leave the folder.
    stem = re.sub(r"[^\w-]+", "_", given.removesuffix(ending))[-60:] or "file"
    upload.save(folder / f"{stem}{ending}")
    return name


def find(settings: Settings, login: str, name: str) -> Path | None:
    """The kept file of that name, None where it is gone or somebody else's."""
    if not re.fullmatch(r"[0-9a-f]{16}-[0-9a-f]{32}", name) or not name.startswith(_owner(login)):
        return None
    folder = _uploads(settings) / name
    found = [path for path in folder.glob("*") if path.name != REJECTS] if folder.is_dir() else []
    return found[0] if found else None


def rejects_of(path: Path) -> Path:
    """Where the refused rows of a kept file stand."""
    return path.with_name(REJECTS)


def _uploads(settings: Settings) -> Path:
    folder = settings.data / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _owner(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()[:16]


def _forget_old(settings: Settings) -> None:
    for folder in _uploads(settings).iterdir():
        if folder.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(folder, ignore_errors=True)
