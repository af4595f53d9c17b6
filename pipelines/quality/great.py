"""Great Expectations over few rows: its verdict on a DataFrame, and whether that agrees with the SQL's.

Imported only where rows must be checked; it cannot speak to DuckDB, so it gets the rows that are in question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.quality.expectation import quoted

if TYPE_CHECKING:
    from pipelines.quality.expectation import Expectation
    from warehouse.connect import Connection

MOST_ROWS = 1000
ROW = "__row__"


def validate_rows(
    build: Connection, table: str, where: str, expectations: tuple[Expectation, ...]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Results in Great Expectations' form for up to 1,000 rows of a table, and the names on which SQL disagrees."""
    sees = {name: sql for one in expectations for name, sql in one.sees.items()}
    broken = [
        f"coalesce({one.fails}, false) as {quoted(f'broken {number}')}"
        for number, one in enumerate(expectations)
    ]
    columns = [f"{sql} as {quoted(name)}" for name, sql in sees.items()]
    first = next(iter(sees))
    frame = build.execute(
        f"select row_number() over () as {ROW}, {', '.join(columns + broken)} from {table} where {where} "
        f"order by {quoted(first)} limit {MOST_ROWS}"
    ).df()
    parameters = {
        name: [value for (value,) in build.execute(f"select distinct * from ({keys})").fetchall()]
        for one in expectations
        for name, keys in _narrowed(one, table, where).items()
    }
    results = _validate(frame[[ROW, *sees]], expectations, parameters)
    whole = len(frame) < MOST_ROWS
    disagree = []
    said = []
    for number, (one, result) in enumerate(zip(expectations, results, strict=True)):
        ours = set(frame.loc[frame[f"broken {number}"], ROW])
        theirs = {row[ROW] for row in result["result"].get("unexpected_index_list") or ()}
        if result["exception_info"].get("raised_exception") or (whole and ours != theirs):
            disagree.append(one.name)
        sample = result["result"].get("partial_unexpected_list", [])
        said.append(one.result(len(ours), sample))
    return said, disagree


def _narrowed(one: Expectation, table: str, where: str) -> dict[str, str]:
    """The values of a set that the rows in question could have: the others cannot matter."""
    column = quoted(str(one.kwargs.get("column", "")))
    return {
        name: f"select * from ({keys}) as known(value) where value in (select {column} from {table} where {where})"
        for name, keys in one.parameters.items()
    }


def _validate(
    frame: Any, expectations: tuple[Expectation, ...], parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.registry import get_expectation_impl

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("rows")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("rows")
        .get_batch({"dataframe": frame})
    )
    results = []
    for one in expectations:
        expectation = get_expectation_impl(one.type)(**one.kwargs)
        validated = batch.validate(
            expectation,
            expectation_parameters=parameters,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]},
        )
        results.append(validated.to_json_dict())
    return results
