"""The command that tells what a later state says otherwise than an earlier one: restated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.context import acting, opened, print_json, told

if TYPE_CHECKING:
    from dashboards.restating import Cause, Told


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("restated")(restated)


def restated(
    metrics: Annotated[
        list[str] | None, typer.Argument(help="Figures; all that have months when left out")
    ] = None,
    earlier: Annotated[
        str | None, typer.Option("--from", help="The earlier published state; default: the one before --to")
    ] = None,
    later: Annotated[str | None, typer.Option("--to", help="The later state; default: the newest")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="How many numbers are told, each with its records: some dozens, 0: all"),
    ] = None,
    skip: Annotated[int, typer.Option(min=0, help="How many numbers are passed over first")] = 0,
    lang: Annotated[str, typer.Option(help="zh or en")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="For machines")] = False,
) -> None:
    """Show which numbers of finished months changed between two published states, by how much, and by which records."""
    from dashboards.restating import AT_ONCE
    from pipelines.restating import restatement_of

    with opened() as store:
        found = restatement_of(
            store,
            acting(store),
            metrics or [],
            earlier=earlier,
            later=later,
            language=lang,
            skip=skip,
            limit=AT_ONCE if limit is None else limit or None,
            progress=told(None),
        )
    if as_json:
        print_json(
            {
                "from": found.before.snapshot, "to": found.after.snapshot, "total": found.total,
                "skipped": found.skipped, "restated": [one.as_json() for one in found.told],
            }
        )  # fmt: skip
        return
    typer.echo(f"{found.before.snapshot} → {found.after.snapshot}: {found.total} numbers restated")
    for one in found.told:
        _print(one, lang)
    if found.more:
        seen = found.skipped + len(found.told)
        typer.echo(f"\n… {found.more:,} more numbers: --skip {seen} goes on, --limit 0 tells all at once")


def _print(told_number: Told, language: str) -> None:
    number = told_number.number
    change = "" if number.change is None else f"  ({number.change:+,})"
    label = f"{number.figure} {number.metric.label(language)}"
    typer.echo(f"\n{label}  {number.period:%Y-%m}: {_plain(number.before)} → {_plain(number.after)}{change}")
    for cause in told_number.causes:
        typer.echo(f"  {_share(cause)}")
        for entry in cause.entries:
            fields = "; ".join(
                f"{one.label}: {one.before or '–'} → {one.after or '–'}" for one in entry.changes
            )
            typer.echo(f"    {entry.at}  {entry.who}  {entry.what}  {fields or entry.reason}")
    if told_number.more:
        typer.echo(f"  … {told_number.more:,} more records")


def _share(cause: Cause) -> str:
    shares = (
        ""
        if cause.before is None and cause.after is None
        else f": {_plain(cause.before)} → {_plain(cause.after)}"
    )
    return f"{cause.entity} {cause.record}{shares}"


def _plain(value: Any) -> str:
    return "–" if value is None else f"{value:,}"
