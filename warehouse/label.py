"""A name in both languages, as the declarations of the warehouse give it.

The operational side has its own; neither package knows the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Label:
    """The Chinese and the English text."""

    zh: str
    en: str

    def __call__(self, language: str) -> str:
        """The text in 'zh' or 'en'."""
        return self.zh if language == "zh" else self.en

    def as_json(self) -> dict[str, str]:
        """Both texts by language."""
        return {"zh": self.zh, "en": self.en}

    @staticmethod
    def read(declared: Mapping[str, str]) -> Label:
        """From { zh = "…", en = "…" }; KeyError where a language is missing."""
        return Label(declared["zh"], declared["en"])
