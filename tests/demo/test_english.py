"""The company can be read in English: every record with a second name has one, every code that is used has a term."""

import pytest

from operational.entity import load_entities
from tests.demo.conftest import Company

pytestmark = pytest.mark.xdist_group("demo")

CODES = [
    (table.__tablename__, field)
    for cls in load_entities().values()
    for table in filter(None, (cls, cls.__lines__))
    for field in table.__fields__.values()
    if field.kind == "code" and not field.vocabulary
]
NAMED = [(name, cls.english_title()) for name, cls in load_entities().items() if cls.english_title()]


def test_every_name_has_an_english_one(company: Company) -> None:
    assert len(NAMED) >= 7
    for table, field in NAMED:
        assert field is not None
        names = [name for (name,) in company.rows(f'select {field.column} from "{table}"')]
        assert names, table
        assert all(
            name and name.replace("³", "").replace("–", "").replace("°", "").isascii() for name in names
        ), table


def test_every_code_that_is_not_english_itself_has_a_term(company: Company) -> None:
    terms = set(company.rows("select vocabulary, code from term where name_en is not null"))
    used = {
        (field.name, code)
        for table, field in CODES
        for (code,) in company.rows(
            f'select distinct "{field.column}" from "{table}" where "{field.column}" is not null'
        )
        if not code.isascii()
    }
    assert len(used) > 60
    assert used <= terms
