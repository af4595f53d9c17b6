"""Records and codes are called by their names in a language; without one, and in an older state, there is none."""

from tests.landed import Landed
from warehouse.names import names_in


def test_records_by_their_second_name_and_codes_by_their_terms() -> None:
    landed = Landed()
    landed.land(
        "region", [{"code": "GD", "name": "广东", "name_en": "Guangdong"}, {"code": "X", "name": "某地"}]
    )
    landed.land(
        "term",
        [
            {"vocabulary": "industry", "code": "化工", "name_zh": "化学工业", "name_en": "Chemicals"},
            {"vocabulary": "fault", "code": "化工", "name_en": "Something else"},
        ],
    )
    landed.model()
    connection = landed.connection
    assert names_in(connection, "region", "en") == {"广东": "Guangdong"}
    assert names_in(connection, "customer.region", "en") == {"广东": "Guangdong"}
    assert names_in(connection, "region", "zh") == {}
    assert names_in(connection, "customer.industry", "en") == {"化工": "Chemicals"}
    assert names_in(connection, "industry", "zh") == {"化工": "化学工业"}
    assert names_in(connection, "customer.code", "en") == {}


def test_a_state_published_before_there_were_second_names_has_none() -> None:
    landed = Landed()
    landed.model()
    landed.connection.execute("alter table core.dim_region drop column name_en")
    landed.connection.execute("drop table core.term")
    assert names_in(landed.connection, "region", "en") == names_in(landed.connection, "industry", "en") == {}
