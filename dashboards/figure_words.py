"""The words by which forms say figures and dimensions, given to them from the catalogue.

Names on pages and in Word stand in filling/titles.py.
"""

from __future__ import annotations

from dashboards.filling.titles import figure_name
from dashboards.label import Title
from operational.vocabulary import Vocabulary, give
from warehouse.catalog import load_catalog
from warehouse.question import AskRefused

WHOLE = Title("全公司", "Whole company")  # what a target is for that is for no dimension


def give_words() -> None:
    """Make the catalogue's names known to the forms."""
    give("figure", Vocabulary(_figures, _figure))
    give("dimension", Vocabulary(_dimensions, lambda code, language: _dimensions(language).get(code, code)))
    give("member", Vocabulary(_members, lambda code, language: _members(language).get(code, code), open=True))


def _figures(language: str) -> dict[str, str]:
    return {one.name: one.label(language) for one in load_catalog().shown()}


def _figure(text: str, language: str) -> str:
    try:
        return figure_name(text, language)
    except AskRefused:
        return text


def _members(language: str) -> dict[str, str]:
    return {"all": WHOLE(language)}  # others are keys or values of the dimension


def _dimensions(language: str) -> dict[str, str]:
    named = {name: one.label(language) for name, one in load_catalog().dimensions.items()}
    return {"all": WHOLE(language)} | named
