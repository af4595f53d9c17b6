"""What free codes are called to people: the terms that are kept for them, read once in a request.

Codes of the catalogue (figures, dimensions) get their names by vocabulary.py; what records hold is never changed.
"""

from __future__ import annotations

import re

from flask import g
from sqlalchemy import select

from operational.entity import load_entities
from operational.field import Field, Label
from operational.forms.context import yingke
from operational.vocabulary import Vocabulary, give

TERMS = "term"
BETWEEN_CODES = re.compile(r"\s*[,，、;；]\s*")


def vocabulary_of(field: Field) -> str:
    """The vocabulary whose terms say what a field holds; '' for a field that holds no free codes."""
    return field.lists_codes_of or (field.name if field.kind == "code" and not field.vocabulary else "")


def called(field: Field, text: str, language: str) -> str:
    """What a code is called, or each of several codes in one text; a code without a term is its own name."""
    vocabulary = vocabulary_of(field)
    if not field.lists_codes_of:
        return _term(vocabulary, text, language)
    joint = "、" if language == "zh" else ", "
    return joint.join(_term(vocabulary, one, language) for one in BETWEEN_CODES.split(text) if one)


def codes_called(vocabulary: str, text: str) -> list[str]:
    """The codes of a vocabulary that have a name in either language which contains a text."""
    wanted = text.casefold()
    return [
        code
        for (kept_in, code), names in _terms().items()
        if kept_in == vocabulary and any(wanted in (name or "").casefold() for name in names.values())
    ]


def give_vocabularies() -> None:
    """Make the names of the vocabularies known: those of the fields that hold free codes."""
    give(
        "vocabulary",
        Vocabulary(_vocabularies, lambda code, language: _vocabularies(language).get(code, code)),
    )


def _vocabularies(language: str) -> dict[str, str]:
    found: dict[str, Label] = {}
    for cls in load_entities().values():
        for fields in (cls.__fields__, cls.__lines__.__fields__ if cls.__lines__ else {}):
            for field in fields.values():
                if field.kind == "code" and not field.vocabulary:
                    found.setdefault(field.name, field.label)
    return {name: label(language) for name, label in found.items()}


def _term(vocabulary: str, code: str, language: str) -> str:
    return _terms().get((vocabulary, code), {}).get(language) or code


def _terms() -> dict[tuple[str, str], dict[str, str | None]]:
    if "terms" not in g:
        table = load_entities()[TERMS].__table__
        statement = select(table.c.vocabulary, table.c.code, table.c.name_zh, table.c.name_en)
        with yingke().store.reading() as session:
            g.terms = {
                (vocabulary, code): {"zh": name_zh, "en": name_en}
                for vocabulary, code, name_zh, name_en in session.execute(statement)
            }
    found: dict[tuple[str, str], dict[str, str | None]] = g.terms
    return found
