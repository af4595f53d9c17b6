"""The check step as a whole: tables, reconciliation, and whether Great Expectations says the same, in one verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.quality.reconcile import agreed_before, keep_reconciled
from pipelines.quality.results import BLOCKED, Quality, keep_result, standing
from pipelines.quality.table_checks import check_tables_built

if TYPE_CHECKING:
    from pipelines.load import Loaded
    from pipelines.quality.quarantine import Quarantined
    from warehouse.connect import Connection
    from warehouse.increment import Built


def check_landing(build: Connection, loaded: Loaded, quarantined: Quarantined) -> None:
    """Keep the reconciliation with the store, and whether both evaluations of the row rules agree."""
    agreed = agreed_before(build)
    for one in loaded.reconciled:
        if one.table.name in loaded.touched or not one.agrees or one.table.name not in agreed:
            keep_reconciled(build, one)
    _keep_agreement(build, "staging", quarantined.disagreements)


def check_tables(build: Connection, loaded: Loaded, built: Iterable[Built]) -> Quality:
    """Evaluate the checks of what was built and return everything that stands."""
    built = list(built)
    disagreements = check_tables_built(build, loaded, built)
    for schema in {one.table.partition(".")[0] for one in built}:
        _keep_agreement(build, schema, [one for one in disagreements if one.startswith(f"{schema}.")])
    return standing(build)


def _keep_agreement(build: Connection, schema: str, disagreements: list[str]) -> None:
    keep_result(build, schema, "Great Expectations agrees", len(disagreements), BLOCKED, disagreements)
