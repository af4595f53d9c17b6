"""Writing the terms: what the company's codes are called in English. The words stand in words/terms.py."""

from __future__ import annotations

from operational.demo.loading import Loader
from operational.demo.words.terms import TERMS


def load_terms(loader: Loader) -> None:
    """Write one term for each code of each vocabulary."""
    rows = [
        (vocabulary, code, english) for vocabulary, names in TERMS.items() for code, english in names.items()
    ]
    vocabularies, codes, english = zip(*rows, strict=True)
    loader.load("term", {"vocabulary": vocabularies, "code": codes, "name_zh": codes, "name_en": english})
