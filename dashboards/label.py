"""A title in both languages, as pages and blocks carry it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A name in Chinese and English."""

    zh: str
    en: str

    def __call__(self, language: str) -> str:
        """The text in 'zh' or 'en'."""
        return self.zh if language == "zh" else self.en
