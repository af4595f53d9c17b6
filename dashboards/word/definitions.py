"""The appendix that says what each number means.

Whose definitions they are does not belong here: entries come as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.word.grid import Place, shares, side_by_side
from dashboards.word.paragraph import Ink, Run, paragraph
from dashboards.word.words import Words

_NAME_SHARE = 0.3
_GAP = 227
_LIMIT = 2_000


@dataclass(frozen=True)
class Definition:
    """One entry; empty texts are left out."""

    name: str
    definition: str
    formula: str = ""
    unit: str = ""
    owner: str = ""
    version: str = ""


def definition_list(entries: Sequence[Definition], words: Words, ink: Ink, text_width: int) -> str:
    """Name, unit, owner and version to the left, the definition and its formula to the right."""
    widths = shares([_NAME_SHARE, 1 - _NAME_SHARE], text_width - _GAP)
    rule = ink.look.rule
    rows = [
        (Place(_name(entry, words, ink), rule), Place(_meaning(entry, words, ink), rule)) for entry in entries
    ]
    return side_by_side(rows, widths, _GAP)


def _name(entry: Definition, words: Words, ink: Ink) -> str:
    details = ((words.unit, entry.unit), (words.owner, entry.owner), (words.version, entry.version))
    lines = [paragraph("TermName", ink.runs(entry.name, _LIMIT))]
    lines += [
        paragraph("TermDetail", ink.run(label + words.colon) + ink.runs(text, _LIMIT))
        for label, text in details
        if text
    ]
    return "".join(lines)


def _meaning(entry: Definition, words: Words, ink: Ink) -> str:
    formula = ""
    if entry.formula:
        label = ink.runs(Run(words.formula + words.colon, tone="muted"))
        formula = paragraph("TermFormula", label + ink.runs(entry.formula, _LIMIT))
    return paragraph("TermMeaning", ink.runs(entry.definition, _LIMIT)) + formula
