"""The check step as a whole: tables, reconciliation, and whether Great Expectations says the same, in one verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.quality.reconcile import agreed_before, as_finding
from pipelines.quality.results import BLOCKED, Finding, Quality, keep_results, standing
from pipelines.quality.table_checks import check_tables_built

if TYPE_CHECKING:
    from pipelines.load import Loaded
    from pipelines.quality.quarantine import Quarantined
    from warehouse.connect import Connection
    from warehouse.increment import Built


def check_landing(build: Connection, loaded: Loaded, quarantined: Quarantined) -> None:
    """Keep the reconciliation with the store, and whether both evaluations of the row rules agree."""
    agreed = agreed_before(build)
    found = {
        f"raw.{one.table.name}": [as_finding(one)]
        for one in loaded.reconciled
        if one.table.name in loaded.touched or not one.agrees or one.table.name not in agreed
    }
    keep_results(build, found | {"staging": [_agreement(quarantined.disagreements)]})


def check_tables(build: Connection, loaded: Loaded, built: Iterable[Built]) -> Quality:
    """Evaluate the checks of what was built and return everything that stands."""
    built = list(built)
    disagreements = check_tables_built(build, loaded, built)
    schemas = {one.table.partition(".")[0] for one in built}
    keep_results(
        build,
        {
            schema: [_agreement([one for one in disagreements if one.startswith(f"{schema}.")])]
            for schema in schemas
        },
    )
    return standing(build)


def _agreement(disagreements: list[str]) -> Finding:
    return "Great Expectations agrees", len(disagreements), BLOCKED, disagreements
