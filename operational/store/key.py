"""The installation's secret key: made once for an empty data directory, and required for ever after.

What it signs is the web application's business.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from operational.settings import Settings
from operational.store.engine import StoreError

BYTES = 32
# Keys of examples and tutorials, with which anybody could forge a session.
KNOWN = ("changeme", "change_me", "secret", "default", "password", "yingke", "your_secret_key", "superset")


class KeyRefused(StoreError):
    """There is no secret key that could be trusted; nothing may start."""


def secret_key(settings: Settings) -> bytes:
    """The key, 32 bytes or more; made, readable by the owner only, where the data directory is still empty.

    Raises KeyRefused where data exists and the key's file is missing, or the key is short or a known one.
    """
    path = settings.key_path
    try:
        written = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        if has_data(settings):
            raise KeyRefused(
                f"数据目录 {settings.data} 已有数据，但缺少密钥文件 {path}；请放回它，"
                "或写入新的密钥（openssl rand -base64 32），所有人须重新登录。",
                f"{settings.data} holds data, but its key file {path} is missing; put it back, or write a "
                "new key into it (openssl rand -base64 32), after which everybody logs in again.",
            ) from None
        return _made(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error
    return _checked(written, path)


def has_data(settings: Settings) -> bool:
    """Whether the data directory holds anything that a key may already have protected."""
    return settings.data.is_dir() and any(settings.data.iterdir())


def _unusable(path: Path, error: OSError | UnicodeDecodeError) -> KeyRefused:
    reason = error.strerror if isinstance(error, OSError) else "no text"
    return KeyRefused(
        f"密钥文件 {path} 无法读取或新建：{reason}；请检查该处的权限，或用 YINGKE_KEY_FILE 指定其他位置。",
        f"The key file {path} cannot be read or made: {reason}; check the rights there, or name another "
        "place with YINGKE_KEY_FILE.",
    )


def _made(path: Path) -> bytes:
    try:
        return _make(path)
    except OSError as error:
        raise _unusable(path, error) from error


def _make(path: Path) -> bytes:
    """Write a new key as a whole or not at all; of two starts at once, both take the one that was first."""
    key = secrets.token_bytes(BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return _checked(path.read_text(encoding="utf-8").strip(), path)
    finally:
        draft.unlink()
    return key


def _checked(written: str, path: Path) -> bytes:
    if any(word in written.lower().replace("-", "_").replace(" ", "_") for word in KNOWN):
        raise KeyRefused(
            f"密钥文件 {path} 中是众所周知的密钥；请换成随机的 {BYTES} 字节。",
            f"The key file {path} holds a well-known key; replace it by {BYTES} random bytes.",
        )
    try:
        key = base64.urlsafe_b64decode(written.replace("+", "-").replace("/", "_"))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < BYTES or len(set(key)) < BYTES // 2:
        raise KeyRefused(
            f"密钥文件 {path} 中的密钥太短；请写入 {BYTES} 个随机字节（openssl rand -base64 {BYTES}）。",
            f"The key in {path} is too short; write {BYTES} random bytes (openssl rand -base64 {BYTES}).",
        )
    return key
