"""Every text has both languages, the same values in them, and every icon that is named is in the sprite."""

import re
from pathlib import Path
from string import Formatter

import pytest

from operational.entity import load_entities
from operational.forms import words
from operational.store.users import ROLES

FORMS = Path(words.__file__).parent


@pytest.mark.parametrize("name", sorted(words.WORDS))
def test_both_languages_with_the_same_values(name: str) -> None:
    label = words.WORDS[name]
    assert label.zh.strip()
    assert label.en.strip()
    values = [{one for _, one, _, _ in Formatter().parse(text) if one} for text in (label.zh, label.en)]
    assert values[0] == values[1]


def test_chinese_is_chinese_and_english_is_not() -> None:
    for name, label in words.WORDS.items():
        bare = re.sub(r"\{\w+\}|\W", "", label.zh)
        assert not bare or re.search(r"[\u4e00-\u9fff]", label.zh), name
        assert not re.search(r"[\u4e00-\u9fff]", label.en), name


def test_every_text_that_a_template_or_module_names_exists() -> None:
    named = set()
    for path in FORMS.rglob("*.html"):
        named |= set(re.findall(r"\bt\('([\w-]+)'", path.read_text(encoding="utf-8")))
    for path in FORMS.rglob("*.py"):
        named |= set(re.findall(r"\bword\(\"([\w-]+)\"", path.read_text(encoding="utf-8")))
    for path in FORMS.rglob("*.js"):
        named |= {f"js_{one}" for one in re.findall(r"\bword\('(\w+)'", path.read_text(encoding="utf-8"))}
    whole = {one for one in named if not one.endswith("_")}
    assert len(whole) > 80
    assert whole <= set(words.WORDS)


def test_every_role_and_area_has_a_name() -> None:
    assert {f"role_{role}" for role in ROLES} <= set(words.WORDS)
    areas = {cls.__entity__.area for cls in load_entities().values()}
    assert {f"area_{area}" for area in areas} <= set(words.WORDS)


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (FORMS / "static/icons/icons.svg").read_text(encoding="utf-8")
    there = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {cls.__entity__.icon for cls in load_entities().values()}
    for path in FORMS.rglob("*.html"):
        named |= set(re.findall(r"\bicon\('([\w-]+)'", path.read_text(encoding="utf-8")))
    for path in FORMS.rglob("*.js"):
        named |= set(re.findall(r"\bicon\('([\w-]+)'\)", path.read_text(encoding="utf-8")))
    assert len(named) > 30
    assert named <= there


def test_the_licence_of_the_icons_lies_beside_them() -> None:
    assert "MIT License" in (FORMS / "static/icons/LICENSE.txt").read_text(encoding="utf-8")
