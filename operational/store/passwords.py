"""Passwords: which ones are good enough, hashing and checking in bounded memory, one-time ones.

Whose password it is, and how often one may try, stands in users.py.
"""

from __future__ import annotations

import secrets
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from operational.store.engine import StoreBusy, StoreError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 8, 128
FEWEST_CHARACTERS = 4  # different ones
SHORTEST_OF_DIGITS = 12  # so that no birthday or telephone number is a password
OURS = ("yingke", "盈客")
# No letters or digits that are taken for one another when read from a screen.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
AT_ONCE = 4  # each hash takes 64 MiB: without a bound, logging in is a way to exhaust the machine
WAIT_SECONDS = 10
_turns = threading.BoundedSemaphore(AT_ONCE)


class PasswordRefused(StoreError):
    """A password that is too easy to guess, too short or too long."""


def check_rules(password: str, login: str) -> None:
    """Raise PasswordRefused unless a login may have this password.

    8 to 128 characters; none of the 3,000 most common ones, nothing that contains the login or our
    name, no short row of digits, no few repeated characters. There is no rule about kinds of characters.
    """
    lowered = password.lower()
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(
            f"密码须为 {SHORTEST} 到 {LONGEST} 个字符。",
            f"A password has {SHORTEST} to {LONGEST} characters.",
        )
    if lowered in _common():
        raise PasswordRefused(
            "这是最常见的密码之一，请换一个。", "This is a very common password; choose another."
        )
    if any(name.lower() in lowered for name in (login, *OURS) if name):
        raise PasswordRefused(
            "密码不能包含登录名或产品名。", "A password must not contain the login or our name."
        )
    if password.isdigit() and len(password) < SHORTEST_OF_DIGITS:
        raise PasswordRefused(
            f"全是数字的密码至少需要 {SHORTEST_OF_DIGITS} 位。",
            f"A password of digits alone needs at least {SHORTEST_OF_DIGITS} of them.",
        )
    if len(set(password)) < FEWEST_CHARACTERS:
        raise PasswordRefused(
            f"密码至少要有 {FEWEST_CHARACTERS} 个不同的字符。",
            f"A password needs at least {FEWEST_CHARACTERS} different characters.",
        )


def hash_password(password: str) -> str:
    """The argon2id hash (t=3, m=64 MiB, p=4) with its salt, about 0.1 s."""
    with _Turn():
        return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is the hashed one; None (nobody of that name) takes as long, never matches."""
    from argon2.exceptions import InvalidHashError, VerificationError

    stored = password_hash if password_hash is not None else _nobodys_hash()
    with _Turn():
        try:
            _hasher().verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def one_time_password() -> str:
    """A random password of 79 bits that is easy to type."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


class _Turn:
    """One of the few places for hashing; StoreBusy where none becomes free in time."""

    def __enter__(self) -> None:
        if not _turns.acquire(timeout=WAIT_SECONDS):
            raise StoreBusy("登录的人太多，请稍后再试。", "Too many people are logging in; please try again.")

    def __exit__(self, *_: object) -> None:
        _turns.release()


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_hex())


@cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
