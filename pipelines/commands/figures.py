"""Commands that read the published warehouse: metrics, ask, models, report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.context import (
    USAGE,
    CommandFailed,
    acting,
    opened,
    print_json,
    print_table,
    require_role,
    told,
)

if TYPE_CHECKING:
    from warehouse.ask import Scope
    from warehouse.catalog import Metric


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (metrics, ask, models, report):
        app.command(command.__name__)(command)


Form = Annotated[str, typer.Option("--format", help="table, json or csv")]


def metrics(
    name: Annotated[str | None, typer.Argument(help="One metric")] = None,
    form: Annotated[str, typer.Option("--format", help="table or json")] = "table",
) -> None:
    """Show the catalogue: definition, unit, grain, dimensions, formula, source; of one metric its SQL and lineage too."""
    from pipelines.describe import metric_described
    from warehouse.catalog import load_catalog
    from warehouse.withheld import refuse_withheld, withheld_column

    if form not in ("table", "json"):
        raise CommandFailed(f"--format is table or json, not '{form}'.", USAGE)
    catalog, scope = load_catalog(), _scope()
    told = [one for one in catalog.shown() if withheld_column(one, scope) is None]
    if name:
        metric = catalog.metric(name)
        refuse_withheld(metric, scope)
        described = {**metric_described(metric), "sql": _statement(metric)}
        if form == "json":
            print_json(described)
        else:
            _print_metric(described)
    elif form == "json":
        print_json([metric_described(one) for one in told])
    else:
        print_table(
            ("metric", "名称", "label", "unit", "definition"),
            [(one.name, one.label.zh, one.label.en, one.unit, one.description.en) for one in told],
        )


def _scope() -> Scope:
    """What the person who asks may see; everything where there is no store yet."""
    from operational.crud.access import warehouse_scope

    try:
        with opened() as store, store.reading() as session:
            return warehouse_scope(session, acting(store))
    except CommandFailed:
        return None


def _statement(metric: Metric) -> str | None:
    """The metric's SQL over the published state; None where there is no store or no state yet."""
    from pipelines.asking import statement_of

    try:
        with opened() as store:
            return statement_of(store, acting(store), metric)
    except CommandFailed:
        return None


def _print_metric(described: dict[str, Any]) -> None:
    described = {**described, "parameters": {
        name: " or ".join(one["choices"]) + f" ({one['default']} where not said) {one['meaning']['en']}"
        for name, one in described["parameters"].items()
    }}  # fmt: skip
    apart = ("fields", "lineage", "sql")
    print_table(
        ("", described["name"]),
        [(key, _flat(value)) for key, value in described.items() if key not in apart]
        + [("fields", ", ".join(one["name"] for one in described["fields"]))],
    )
    typer.echo("\nlineage: each column, and what it is computed from")
    for column, feeding in described["lineage"].items():
        if feeding:
            typer.echo(f"  {column}  <  {', '.join(feeding)}")
    if described["sql"]:
        typer.echo(f"\n{described['sql']}")


def ask(
    metric: Annotated[str, typer.Argument(help="METRIC[,METRIC…], each NAME[@param=value][:statistic]")],
    by: Annotated[str | None, typer.Option(help="Dimensions, separated by commas")] = None,
    grain: Annotated[str | None, typer.Option(help="day, week, month, quarter or year")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day, included")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day, excluded")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="What is known at the start of this day, or at a time such as 2026-11-23T14:30"),
    ] = None,
    where: Annotated[list[str] | None, typer.Option(help="DIM=VALUE, DIM!=VALUE; may be repeated")] = None,
    top: Annotated[int | None, typer.Option(help="Only the largest N groups")] = None,
    other: Annotated[bool, typer.Option("--other", help="Add the rest beyond --top")] = False,
    totals: Annotated[bool, typer.Option("--totals", help="Add the total, computed and not summed")] = False,
    compare: Annotated[str | None, typer.Option(help="previous, year or target")] = None,
    snapshot: Annotated[str | None, typer.Option(help="A published state by its id")] = None,
    known_on: Annotated[str | None, typer.Option(help="What was known at a time")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="The rows behind the figure")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="The statement instead of its result")] = False,
    form: Form = "table",
) -> None:
    """Ask one question of the metrics."""
    from pipelines.asking import answer_question
    from warehouse.question import parse_moment, parse_question

    if form not in ("table", "json", "csv"):
        raise CommandFailed(f"--format is table, json or csv, not '{form}'.", USAGE)
    if snapshot and known_on:
        raise CommandFailed("--snapshot and --known-on both name a state; give one of them.", USAGE)
    question = parse_question(
        metrics=metric, by=by, grain=grain, start=start, end=end, as_of=as_of, where=where or [],
        top=top, other=other, totals=totals, compare=compare,
    )  # fmt: skip
    with opened() as store:
        moment = parse_moment(known_on, store.settings.zone) if known_on else None
        result = answer_question(
            store, acting(store), question, snapshot=snapshot, known_on=moment, rows=rows, progress=told(None)
        )
    if sql:
        typer.echo(result.sql)
    elif form == "json":
        print_json(result.as_json())
    else:
        columns, table = result.as_table()
        _print_csv(columns, table) if form == "csv" else print_table(columns, table)
        for note in result.notes if form == "table" else ():
            typer.echo(f"· {note['zh']}\n  {note['en']}")


def models(
    name: Annotated[
        str | None, typer.Argument(help="bg_nbd, pareto_nbd, gamma_gamma, weibull, power_law")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="History before this day or time")] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Replacements were recorded from this day on")
    ] = None,
    by: Annotated[str | None, typer.Option(help="A fit for each group of these dimensions")] = None,
    where: Annotated[list[str] | None, typer.Option(help="DIM=VALUE; may be repeated")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines")] = False,
) -> None:
    """Show fitted models: parameters, standard errors, 95 % limits, log-likelihood, n, span."""
    from pipelines.asking import fitted_models
    from warehouse.question import parse_as_of

    dimensions = tuple(one.strip() for one in (by or "").split(",") if one.strip())
    with opened() as store:
        fitted = fitted_models(
            store, acting(store), name, as_of=parse_as_of(as_of), where=tuple(where or ()), by=dimensions,
            start=_day(start),
        )  # fmt: skip
    if as_json:
        print_json(fitted)
        return
    for fit in fitted:
        _print_fit(fit)


def _print_fit(fit: dict[str, Any]) -> None:
    """One fitted model, or why there is none."""
    group = ", ".join(f"{name} = {value}" for name, value in (fit["group"] or {}).items())
    span = f"{fit['from']} to {fit['to']}" if fit["from"] else f"to {fit['to']}"
    typer.echo(" · ".join(part for part in (fit["model"], group, span) if part))
    if fit["parameters"] is None:
        typer.echo(f"no fit: {fit['note']['en']} {fit['note']['zh']}")
        return
    typer.echo(f"n = {fit['n']:,}, log-likelihood = {fit['log_likelihood']:,.4f}")
    rows = [
        (name, value, fit["standard_errors"][name], *fit["limits"][name])
        for name, value in fit["parameters"].items()
    ]
    print_table(
        ("parameter", "value", "standard error", "95 % from", "to"),
        [(name, *(f"{number:.6g}" for number in numbers)) for name, *numbers in rows],
    )
    if fit["note"]:
        typer.echo(f"{fit['note']['en']} {fit['note']['zh']}")


def report(
    name: Annotated[str | None, typer.Argument(help="The report")] = None,
    period: Annotated[
        str | None, typer.Option(help="2026-10 or 2026-W47; default: the last whole one")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where to write the .docx")] = None,
    deliver: Annotated[bool, typer.Option("--deliver", help="Send it to its subscribers, once")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show which reports there are")] = False,
) -> None:
    """Write one Word report, or list them."""
    from pipelines.deliver import make_report, report_list

    if lang not in ("zh", "en"):
        raise CommandFailed(f"--lang is zh or en, not '{lang}'.", USAGE)
    if listed or name is None:
        print_table(("report", "名称", "title", "schedule"), report_list())
        return
    if output is not None and (output.is_dir() or output.suffix.lower() != ".docx"):
        raise CommandFailed(f"{output} is no name of a Word file; it must end in .docx.", USAGE)
    with opened() as store:
        if deliver:
            require_role(store, "send reports to their readers", "admin", "analyst")
        made = make_report(
            store, acting(store), name, period=period, language=lang, output=output, deliver=deliver
        )
    typer.echo(made)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandFailed(f"'{text}' is no day; write it as 2026-11-23.", USAGE) from None


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_flat(one)}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _print_csv(columns: list[str], rows: list[list[Any]]) -> None:
    import csv
    import sys

    from operational.transfer.writing.formula import harmless_text

    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows(
        [harmless_text(value) if isinstance(value, str) else value for value in row] for row in rows
    )
