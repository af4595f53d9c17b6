"""Tables and metrics are complete, name only what exists, and are refused when they do not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from operational.entity import load_entities, tables_in_feed
from tests.landed import Landed
from warehouse.catalog import load_catalog
from warehouse.compile.rfm import segments
from warehouse.question import AskRefused
from warehouse.table import TableInvalid, build_order, load_tables, read_table

PROMISED = """revenue gross_revenue returns_amount orders units_sold average_order_value gross_margin gross_margin_pct
buying_customers new_customers active_customers lapsed_customers repeat_rate retention top_share recency_days frequency
monetary rfm_segment alive_probability expected_orders requests_opened requests_resolved requests_open requests_unclosed
closing_hours first_response_hours resolution_hours reopen_rate complaints units_in_service replacements
sla_attainment sla_met sla_breached sla_undecided backlog_age_days first_contact_rate hops satisfaction complaint_rate
complaint_resolution_hours time_in_state_hours requests_per_person replacement_share part_survival warranty_share
corrective_share
replacement_rate days_between_replacements mtbr_days mean_cumulative_replacements on_hand on_hand_value turnover
days_of_inventory demand reserved available inventory_position
cover_days abc_class xyz_class sbc_class stock_age_days expiry_risk_value dead_stock_value safety_stock reorder_point
cycle_service_level fill_rate stockout_days count_accuracy demand_forecast forecast_error lead_time_days excess_value
below_safety_items expiring_value units_returned invoiced collected outstanding ageing days_to_settle rows_loaded
rows_quarantined data_age_minutes""".split()  # noqa: SIM905  # a list of names reads best as text


def test_every_promised_metric_is_there() -> None:
    shown = {metric.name for metric in load_catalog().shown()}
    assert set(PROMISED) <= shown


def test_what_a_table_looks_up_by_its_day_is_among_what_it_reads() -> None:
    for table in build_order():
        versions = {load_tables()[name].versions_of for name in _reads(table.name)}
        assert table.as_of.keys() <= versions, table.name


def _reads(name: str) -> list[str]:
    """The models that one reads, directly or through others."""
    direct = [one for one in load_tables()[name].depends_on if one in load_tables()]
    return direct + [further for one in direct for further in _reads(one)]


def test_every_metric_says_what_it_is_in_both_languages() -> None:
    for metric in load_catalog().metrics.values():
        for label in (metric.label, metric.description):
            assert label.zh.strip(), metric.name
            assert label.en.strip(), metric.name
        assert metric.formula.strip(), metric.name
        assert metric.owner, metric.name
        assert metric.subject in load_catalog().subjects


def test_descriptions_are_sentences_without_the_syntax_of_options() -> None:
    option = re.compile(
        r"--|@|\bkm_|\bby=|\b[a-z_]+=[a-z_0-9]+|\(\d+\) (days|months)|days days|months months"
    )
    for metric in load_catalog().shown():
        for text in (metric.description.zh, metric.description.en):
            assert not option.search(text), metric.name
        assert metric.description.en.endswith((".", "?")), metric.name
        assert metric.description.zh.endswith("。"), metric.name


def test_every_parameter_says_what_it_means_in_both_languages() -> None:
    for metric in load_catalog().metrics.values():
        for one in metric.parameters.values():
            assert one.meaning.zh, (metric.name, one.name)
            assert one.meaning.en, (metric.name, one.name)


def test_the_catalogue_shows_all_that_people_ask_for() -> None:
    shown = load_catalog().metric("resolution_hours").as_json()
    assert {
        "name",
        "label",
        "description",
        "formula",
        "unit",
        "grain",
        "dimensions",
        "source",
        "owner",
    } <= shown.keys()
    assert "km_p90" in shown["statistics"]
    clock = shown["parameters"]["clock"]
    assert (clock["default"], clock["choices"]) == ("elapsed", ["elapsed", "business"])


def test_an_unknown_name_is_answered_by_the_nearest() -> None:
    with pytest.raises(AskRefused, match="did you mean revenue"):
        load_catalog().metric("revenu")
    with pytest.raises(AskRefused, match="did you mean region"):
        load_catalog().dimension("regoin")


def test_tables_come_after_what_they_read() -> None:
    built: set[str] = set()
    for table in build_order():
        own = {name for name in table.depends_on if name in load_tables()}
        assert own <= built, table.name
        built.add(table.name)


def test_staging_tables_that_are_read_and_followed_exist() -> None:
    known = {name for name, _ in tables_in_feed()}
    for table in load_tables().values():
        read = {
            name.partition(".")[2].removesuffix("_version")
            for name in table.depends_on
            if name.startswith("staging.")
        }
        assert read <= known, table.name
        assert set(table.follows) <= known | set(table.depends_on), table.name
        assert table.entity is None or table.entity in load_entities(), table.name


def test_a_fact_can_be_narrowed_to_the_rows_of_a_scope() -> None:
    """Every entity with organisation or ownership leaves its mark on its facts, or says where it is found."""
    for table in load_tables().values():
        if table.entity is None or not table.name.startswith(("core.fct_", "marts.")) or table.derived_from:
            continue
        spec = load_entities()[table.entity].__entity__
        if spec.scope:
            assert "org_unit_id" in table.scope, table.name
        if spec.owner:
            assert "owner_id" in table.scope, table.name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1 as a", "begin with a TOML header"),
        ("/* grain = */ select 1 as a", "no TOML"),
        ("/* grain = { zh = '一', en = 'x' }\nkey = ['a'] */ select 1 as a", "missing in the header: owner"),
        ("/* grain = { zh = '一', en = 'x' }\nowner = 'y'\nkey = ['b'] */ select 1 as a", "does not have: b"),
        (
            "/* grain = { zh = '一', en = 'x' }\nowner = 'y'\nkey = ['a']\ncolour = 1 */ select 1 as a",
            "unknown in the header: colour",
        ),
        (
            "/* grain = { zh = '一', en = 'x' }\nowner = 'y'\nkey = ['a']\nholder = ['a']\nread_by_holder = { 'core.b' = 'a' } */ select 1 as a",
            "names what it does not read: core.b",
        ),
        (
            "/* grain = { zh = '一', en = 'x' }\nowner = 'y'\nkey = ['a']\nread_by_holder = { 'core.b' = 'a' } */ select a from core.b",
            "a column for each of holder",
        ),
        ("/* grain = 'x'\nowner = 'y'\nkey = ['a'] */ select 1 as a", "write the grain as"),
        ("/* grain = { zh = '一', en = 'x' }\nowner = 'y'\nkey = ['a'] */ select 1", "needs a name"),
        ("/* grain = { zh = '一', en = 'x' }\nowner = 'y'\nkey = ['a'] */ selec 1 as a", "not one SELECT"),
    ],
)
def test_a_table_that_breaks_the_rules_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    folder = tmp_path / "core"
    folder.mkdir()
    (folder / "bad.sql").write_text(text, encoding="utf-8")
    with pytest.raises(TableInvalid, match=complaint):
        read_table(folder / "bad.sql")


def test_keys_are_unique_and_checks_hold_on_a_company(company: Landed) -> None:
    for table in build_order():
        key = ", ".join(table.key)
        twice = company.connection.execute(
            f"select {key} from {table.name} group by all having count(*) > 1 limit 1"
        ).fetchone()
        assert twice is None, table.name


def test_a_build_twice_is_the_same(company: Landed) -> None:
    con = company.connection
    for table in build_order():
        con.execute(f"create or replace temp view again as {table.select}")
        differing = con.execute(
            f"select count(*) from ((from {table.name} except all from again) union all (from again except all from {table.name}))"
        ).fetchone()[0]
        assert differing == 0, table.name


def test_segments_cover_all_scores_once() -> None:
    assert len(segments()) == 10


def test_the_door_opens_without_slow_libraries() -> None:
    script = "import sys, warehouse.ask; print([m for m in ('numpy', 'scipy', 'pandas', 'pyarrow') if m in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
