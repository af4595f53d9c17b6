"""The warehouse as Dagster's assets: one multi-asset per schema, made from the registries, checked by the headers.

Each calls a step of the one Refreshing of its run; what the steps do stands there.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import dagster as dg

from pipelines.quality.reconcile import CHECK as RECONCILED
from pipelines.quality.results import BLOCKED, CheckResult
from pipelines.quality.table_checks import table_checks
from pipelines.refreshing import SCHEMAS, Refreshing
from pipelines.source import raw_tables
from warehouse.increment import Built
from warehouse.table import Table, build_order

PUBLISHED = dg.AssetKey(["published", "warehouse"])
FED_BACK = dg.AssetKey(["fed_back", "proposals"])
CHECK = "expectations"
STALE, DEAD = timedelta(hours=2), timedelta(days=1)


def warehouse_assets() -> list[dg.AssetsDefinition]:
    """All assets in the order of the data's way."""
    return [_raw(), *(_models(schema) for schema in SCHEMAS), _published(), _fed_back()]


def _raw() -> dg.AssetsDefinition:
    keys = {table.name: dg.AssetKey(["raw", table.name]) for table in raw_tables()}

    @dg.multi_asset(
        name="raw",
        specs=[dg.AssetSpec(key, group_name="raw", kinds={"duckdb", "arrow"}) for key in keys.values()],
        check_specs=[_check_spec(key, RECONCILED) for key in keys.values()],
        required_resource_keys={"refreshing"},
    )
    def raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        refreshing: Refreshing = context.resources.refreshing
        refreshing.extract()
        refreshing.stage()
        for name, key in keys.items():
            yield dg.MaterializeResult(asset_key=key, metadata=dict(refreshing.outcome.rows[name]))
        quality = refreshing.check([])
        yield from _results(quality.results, {f"raw.{name}": key for name, key in keys.items()})

    return raw


def _models(schema: str) -> dg.AssetsDefinition:
    tables = [table for table in build_order() if table.schema == schema]
    keys = {table.name: _key(table) for table in tables}

    @dg.multi_asset(
        name=schema,
        specs=[
            dg.AssetSpec(
                keys[table.name], deps=_inputs(table), group_name=schema, kinds={"duckdb", "sql"},
                description=table.grain.en, owners=[f"team:{table.owner}"],
            )
            for table in tables
        ],
        check_specs=[_check_spec(keys[table.name], _expected(table)) for table in tables],
        required_resource_keys={"refreshing"},
    )  # fmt: skip
    def models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        refreshing: Refreshing = context.resources.refreshing
        built: list[Built] = refreshing.model(schema)
        for one in built:
            yield dg.MaterializeResult(asset_key=keys[one.table], metadata={"how": one.how})
        yield from _results(refreshing.check(built).results, keys)

    return models


def _published() -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="published",
        specs=[
            dg.AssetSpec(
                PUBLISHED, deps=[_key(table) for table in build_order()], group_name="published", kinds={"duckdb"},
                skippable=True, description="what readers see; stays as it was where a blocking check failed",
                freshness_policy=dg.FreshnessPolicy.time_window(fail_window=DEAD, warn_window=STALE),
            )
        ],
        required_resource_keys={"refreshing"},
    )  # fmt: skip
    def published(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        refreshing: Refreshing = context.resources.refreshing
        refreshing.publish()
        outcome = refreshing.outcome
        if outcome.published:
            yield dg.MaterializeResult(asset_key=PUBLISHED, metadata={"snapshot": outcome.snapshot or ""})
        else:
            context.log.error(outcome.reason or "")

    return published


def _fed_back() -> dg.AssetsDefinition:
    @dg.asset(
        key=FED_BACK, deps=[PUBLISHED], group_name="published", required_resource_keys={"refreshing"},
        description="what the published figures say should be supplied, written into the store by its verbs",
    )  # fmt: skip
    def proposals(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        refreshing: Refreshing = context.resources.refreshing
        refreshing.feed_back()
        return dg.MaterializeResult(metadata=dict(refreshing.outcome.fed_back))

    return proposals


def _key(table: Table) -> dg.AssetKey:
    return dg.AssetKey(table.name.split("."))


def _inputs(table: Table) -> list[dg.AssetKey]:
    """What a table reads, its staging views standing for the raw tables beneath them."""
    found = set()
    for name in table.depends_on:
        schema, _, base = name.partition(".")
        if schema == "staging":
            found.add(("raw", base.strip('"').removesuffix("_version")))
        elif schema in SCHEMAS:
            found.add((schema, base))
    return [dg.AssetKey(list(parts)) for parts in sorted(found)]


def _check_spec(key: dg.AssetKey, expected: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(CHECK, asset=key, description=expected)


def _expected(table: Table) -> str:
    return "; ".join(check.name for check in table_checks(table))


def _results(results: Iterable[CheckResult], keys: dict[str, dg.AssetKey]) -> Iterator[dg.AssetCheckResult]:
    """Every table's expectations as they stand, as one check: an event costs Dagster more than its evaluation."""
    found: dict[str, list[CheckResult]] = {table: [] for table in keys}
    for one in results:
        if one.table in found:
            found[one.table].append(one)
    for table, key in keys.items():
        broken = [one for one in found[table] if not one.success]
        severe = any(one.severity == BLOCKED for one in broken)
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=CHECK,
            passed=not broken,
            severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
            metadata={"expectations": len(found[table])}
            | {one.check: one.unexpected_count for one in broken},
        )
