"""Commands that bring records in and out and load the warehouse: entities, import, export, refresh, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.context import (
    DONE,
    FAILED,
    PARTLY,
    USAGE,
    CommandFailed,
    acting,
    language,
    opened,
    print_json,
    print_table,
    told,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command, name in (
        (entities, "entities"), (import_records, "import"), (export_records, "export"),
        (refresh, "refresh"), (status, "status"),
    ):  # fmt: skip
        app.command(name)(command)


def entities(
    name: Annotated[str | None, typer.Argument(help="One entity; all when left out")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines")] = False,
) -> None:
    """Show what can be stored: fields, states, and who may make which move."""
    from operational.entity import load_entities
    from pipelines.describe import described

    known = {key: cls for key, cls in load_entities().items() if not cls.__entity__.hidden}
    if name is not None and name not in known:
        raise CommandFailed(f"There is no entity '{name}'. Known: {', '.join(sorted(known))}.", USAGE)
    listed = [described(key, known[key]) for key in sorted(known) if name in (None, key)]
    if as_json:
        print_json(listed[0] if name else listed)
        return
    for one in listed:
        typer.echo(
            f"\n{one['name']}  {one['label']['zh']} · {one['label']['en']}  (key: {', '.join(one['key'])})"
        )
        print_table(
            ("field", "type", "required", "refers to", "values", "name"),
            [
                (field["name"], field["type"], "yes" if field["required"] else "", field.get("reference") or "",
                 ", ".join(field.get("values") or ()), f"{field['label']['zh']} · {field['label']['en']}")
                for field in one["fields"]
            ],
        )  # fmt: skip
        if one["states"]:
            typer.echo("states: " + ", ".join(state["name"] for state in one["states"]))
            print_table(
                ("move", "from", "to", "who", "guards"),
                [
                    (
                        move["verb"],
                        " ".join(move["from"]),
                        move["to"],
                        " ".join(move["roles"]),
                        " ".join(move["guards"]),
                    )
                    for move in one["transitions"]
                ],
            )


def import_records(
    entity: Annotated[str, typer.Argument(help="What the rows are, for example customer or order")],
    file: Annotated[Path, typer.Argument(help="A .csv, .csv.gz or .xlsx file")],
    mapping: Annotated[Path | None, typer.Option("--map", help="A mapping file (TOML)")] = None,
    on_conflict: Annotated[str, typer.Option(help="A key that exists: fail, skip or update")] = "fail",
    history: Annotated[
        bool, typer.Option("--history", help="Finished records with states and times as they were")
    ] = False,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Make records that are referred to and missing")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Where refused rows are written")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines")] = False,
    progress: Annotated[bool | None, typer.Option(help="Show progress")] = None,
) -> int:
    """Bring in the rows of a file; refused rows go to the rejects with row, field and reason."""
    from operational.transfer.import_file import import_file

    if on_conflict not in ("fail", "skip", "update"):
        raise CommandFailed(f"--on-conflict is fail, skip or update, not '{on_conflict}'.", USAGE)
    from operational.entity import load_entities

    if entity not in load_entities():
        raise CommandFailed(
            f"There is no entity '{entity}'. Known: {', '.join(sorted(load_entities()))}.", USAGE
        )
    for path in (file, mapping):
        if path is not None and not path.is_file():
            raise CommandFailed(f"There is no file {path}.", USAGE)
    with opened() as store:
        result = import_file(
            store, acting(store), entity, file,
            mapping=mapping, on_conflict=on_conflict, history=history, create_missing=create_missing,
            dry_run=dry_run, rejects=rejects, progress=told(progress),
        )  # fmt: skip
    if as_json:
        print_json(result.as_json())
    else:
        typer.echo(result.summary(language()))
    return int(result.exit_code)


def export_records(
    entity: Annotated[str, typer.Argument(help="What to export")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A .csv or .xlsx file")],
    where: Annotated[list[str] | None, typer.Option(help="FIELD=VALUE, may be repeated")] = None,
) -> None:
    """Write what you may see of an entity to a file that can be imported again."""
    from operational.crud.refusal import Invalid
    from operational.entity import load_entities
    from operational.transfer.export_file import export_file

    if entity not in load_entities():
        raise CommandFailed(
            f"There is no entity '{entity}'. Known: {', '.join(sorted(load_entities()))}.", USAGE
        )
    conditions: dict[str, list[str]] = {}
    for condition in where or []:
        name, equals, value = condition.partition("=")
        if not equals:
            raise CommandFailed(f"--where needs FIELD=VALUE, not '{condition}'.", USAGE)
        conditions.setdefault(name.strip(), []).append(value)
    with opened() as store:
        actor = acting(store)
        try:
            written = export_file(store, actor, entity, output, where=conditions)
        except Invalid as invalid:  # the conditions, as they were written
            raise CommandFailed(invalid.message(actor.language), USAGE) from None
    typer.echo(f"{written:,} rows written to {output}")


def refresh(
    full: Annotated[bool, typer.Option("--full", help="Build everything anew from the store")] = False,
    progress: Annotated[bool | None, typer.Option(help="Show progress; default: on a terminal")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines")] = False,
) -> int:
    """Load what changed into the warehouse, check it, and publish it at once or not at all."""
    from pipelines.refresh import refresh as run_refresh

    with opened() as store:
        outcome = run_refresh(store, full=full, asked_by=acting(store).login, progress=told(progress))
    if as_json:
        print_json(outcome.as_json())
    else:
        typer.echo(outcome.summary())
    if not outcome.published:
        return FAILED
    return PARTLY if outcome.quarantined or outcome.checks["warned"] else DONE


def status(as_json: Annotated[bool, typer.Option("--json", help="For machines")] = False) -> None:
    """Show freshness, the last runs, checks, the snapshot and the disk."""
    from pipelines.status import current_status

    with opened() as store:
        state: dict[str, Any] = current_status(store)
    if as_json:
        print_json(state)
        return
    rows = [(key, _counts(value)) for key, value in state.items() if not isinstance(value, list)]
    print_table(("", ""), rows)
    for run in state["runs"]:
        typer.echo(f"{run['started_at']}  {run['kind']:10} {run['state']:10} {run['snapshot'] or ''}")


def _counts(value: Any) -> Any:
    return ", ".join(f"{count} {name}" for name, count in value.items()) if isinstance(value, dict) else value
