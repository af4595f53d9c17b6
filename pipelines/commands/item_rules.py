"""The command that lists which items are bought with which others, several at a time: rules."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.context import acting, opened, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("rules")(rules)


def rules(
    support: Annotated[float, typer.Option(help="Share of orders that hold all items of a rule")] = 0.01,
    confidence: Annotated[
        float, typer.Option(help="Share of the orders with the first items that hold the last one too")
    ] = 0.5,
    start: Annotated[str | None, typer.Option("--from", help="First day, included")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day, excluded")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="What is known at the start of this day, or at a time")
    ] = None,
    where: Annotated[list[str] | None, typer.Option(help="DIM=VALUE; may be repeated")] = None,
    top: Annotated[int, typer.Option(min=0, help="How many, the highest lift first; 0: all")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: all of them")] = False,
) -> None:
    """List rules of items bought together: whoever has these has that one too. Candidates; only pairs are tested."""
    from pipelines.asking import rules_of_items
    from warehouse.question import Question, parse_as_of, parse_day

    question = Question(
        (), start=parse_day(start), end=parse_day(end), as_of=parse_as_of(as_of), where=tuple(where or ())
    )
    with opened() as store:
        found = rules_of_items(store, acting(store), question, support=support, confidence=confidence)
    if as_json:
        print_json(found)
        return
    shown = found[: top or None]
    print_table(
        ("antecedent", "consequent", "orders", "support", "confidence", "lift"),
        [
            (" + ".join(one["name"] for one in rule["antecedent"]), rule["consequent"]["name"], rule["orders"],
             *(f"{rule[name]:.4g}" for name in ("support", "confidence", "lift")))
            for rule in shown
        ],
    )  # fmt: skip
    if len(found) > len(shown):
        typer.echo(f"… {len(found) - len(shown):,} more; --top 0 lists all")
