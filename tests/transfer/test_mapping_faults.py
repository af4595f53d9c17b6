"""The sentence for every key of a mapping that cannot be followed; and that every key is tried and explained."""

from pathlib import Path

import pytest

from operational.entity import entity, load_entities
from operational.transfer.failure import MappingError, TransferFailed
from operational.transfer.mapping.column_rule import RULE
from operational.transfer.mapping.mapping_file import JOIN, ROWS, TOP, UNPIVOT, WHERE, read_mapping

load_entities()
CODES = '[columns]\ncode = "k"\nname = "k"\n'
FAULTS = [
    ('entity = "item"\n' + CODES, "is a mapping for 'item', not for 'customer'"),
    (CODES, "is a mapping for ''"),
    ("entity = ", "no readable TOML"),
    ('entity = "customer"\ncolums = 1\n', "colums is no key of a mapping; did you mean 'columns'"),
    ('entity = "customer"\n', "columns names no field"),
    ('entity = "customer"\n[columns]\nnam = "k"\n', "nam is no field of customer; did you mean 'name'"),
    (f'entity = "customer"\n{CODES}[constants]\nname = "x"\n', "name stands in columns and in constants"),
    ('entity = "customer"\n[columns]\ncode = { colunm = "k" }\n', "code.colunm is no key of a mapping; did you mean 'column'"),
    ('entity = "customer"\n[columns]\ncode = { }\n', "code needs either a column or a template"),
    ('entity = "customer"\n[columns]\ncode = 7\n', "code must be a column's name or a table"),
    ('entity = "customer"\n[columns]\ncode = { column = "k", scale = 2 }\n', "code.scale is for numbers only"),
    ('entity = "customer"\n[columns]\nturnover = { column = "k", format = "%Y" }\n', "turnover.format is for dates"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", timezone = "UTC" }\n', "timezone is for instants only"),
    ('entity = "complaint"\n[columns]\nopened_at = { column = "k", timezone = "Mars" }\n', "'Mars' is no time zone"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", days_since = "soon" }\n', "must be a day such as"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", scale = 2 }\n', "is for numbers only"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", plus = true }\n', "ordered_on.plus must be a column's name, a number"),
    ('entity = "order"\n[columns]\nordered_on = { plus = 30 }\n', "ordered_on needs either a column or a template"),
    (f'entity = "customer"\n{CODES}level = {{ column = "k", minus = "v" }}\n', "level.minus is for numbers, dates and instants only"),
    (f'entity = "customer"\n{CODES}level = {{ column = "k", pattern = "(" }}\n', "is no regular expression"),
    (f'entity = "customer"\n{CODES}[rows]\nragged = "yes"\n', "must be true or false"),
    (f'entity = "customer"\n{CODES}[rows]\nskip_last = "2"\n', "must be a whole number"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", format = "%Y", days_since = 2000-01-01 }\n', "both format and"),
    ('entity = "customer"\n[columns]\nturnover = { column = "k", scale = "much" }\n', "turnover.scale must be a number"),
    ('entity = "customer"\n[columns]\nturnover = { column = "k", decimal = ";" }\n', 'decimal must be "." or ","'),
    (f'entity = "customer"\n{CODES}[where]\nk = {{ only = 1 }}\n', "where.k.only is no key of a mapping"),
    (f'entity = "customer"\n{CODES}[where]\nk = {{ present = "yes" }}\n', "where.k.present must be true or false"),
    (f'entity = "customer"\n{CODES}[rows]\nskip_first = "2"\n', "skip_first must be a whole number"),
    (f'entity = "customer"\n{CODES}[rows]\nskip = 2\n', "rows.skip is no key of a mapping; did you mean 'skip_last'"),
    (f'entity = "customer"\n{CODES}[join."x.csv"]\n', 'on must say { our_column = "its_column" }'),
    (f'entity = "customer"\n{CODES}[join."x.csv"]\non = {{ }}\n', "on is empty"),
    (f'entity = "customer"\n{CODES}[join."x.csv"]\non = {{ k = "k" }}\nwhere = {{ v = {{ only = 1 }} }}\n', 'join."x.csv".where.v.only is no key'),
    (f'entity = "customer"\n{CODES}[unpivot]\ncolumns = "1*"\nname = "m"\n', "unpivot.value is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "sentence"), FAULTS)
def test_a_fault_is_told_in_a_sentence(tmp_path, toml, sentence):
    path = tmp_path / "m.toml"
    path.write_text(toml)
    name = next((one for one in ("order", "complaint") if f'"{one}"' in toml), "customer")
    with pytest.raises(MappingError) as caught:
        read_mapping(path, entity(name))
    assert sentence in caught.value.message.en
    assert "m.toml" in caught.value.message.zh
    assert caught.value.exit_code == 2


FILE_FAULTS = [
    ('[columns]\ncode = "kk"\nname = "k"\n', "columns.code: the file customer.csv has no column 'kk'; did you mean 'k'"),
    ('[columns]\ncode = { template = "{kk}" }\nname = "k"\n', "no column 'kk'"),
    ('[columns]\ncode = "k"\nname = "k"\nturnover = { column = "k", minus = "v" }\n', "columns.turnover: the file customer.csv has no column 'v'"),
    ('[columns]\ncode = "k"\nname = "k"\n[where]\nx = "1"\n', "where.x: the file customer.csv has no column 'x'"),
    ('[columns]\ncode = "k"\nname = "k"\n[rows]\ndistinct = ["x"]\n', "rows.distinct: the file"),
    ('[columns]\ncode = "k"\nname = "k"\n[rows]\nrepeat = "kk"\n', "rows.repeat: the file customer.csv has no column 'kk'"),
    ('[columns]\ncode = "k"\nname = "k"\n[join."no.csv"]\non = { k = "k" }\n', "There is no file 'no.csv' to join"),
    ('[columns]\ncode = "k"\nname = "k"\n[unpivot]\ncolumns = "19*"\nname = "m"\nvalue = "v"\n', "no column matches 19*"),
    ('[columns]\nname = "k"\n', "Required columns of customer are missing: code"),
]  # fmt: skip


@pytest.mark.parametrize(("mapping", "sentence"), FILE_FAULTS)
def test_a_mapping_that_does_not_fit_the_file_changes_nothing(shop, mapping, sentence):
    with pytest.raises(TransferFailed) as caught:
        shop.load("customer", "k\nK1\n", mapping)
    assert sentence in caught.value.message.en
    assert shop.one("select count(*) from customer") == 1


def test_a_missing_mapping_is_named(tmp_path):
    with pytest.raises(MappingError, match=r"There is no mapping file .*none\.toml"):
        read_mapping(tmp_path / "none.toml", entity("customer"))


def test_every_key_is_known_to_these_tests():
    """A new key of a mapping is tried in a test of mappings too."""
    tests = (*Path(__file__).parent.glob("test_mapp*.py"), Path(__file__).with_name("test_header.py"))
    source = "\n".join(test.read_text(encoding="utf-8") for test in tests)
    for key in (*TOP, *RULE, *WHERE, *ROWS, *JOIN, *UNPIVOT):
        assert f"{key} =" in source or f"[{key}" in source, key


def test_the_manual_explains_every_key():
    manual = (Path(__file__).resolve().parents[2] / "docs" / "moving-in" / "README.md").read_text(
        encoding="utf-8"
    )
    for key in (*TOP, *RULE, *WHERE, *ROWS, *UNPIVOT, "on"):
        assert f"`{key}`" in manual or f"`[{key}" in manual or f"`{key} " in manual, key
