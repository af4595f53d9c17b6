"""The command line `yingke`: global options, and how any failure becomes a sentence and an exit code.

The commands stand in pipelines/commands, one file per subject; slow libraries are imported inside them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands import company, data, figures, item_rules, people, restating, safekeeping, service
from pipelines.commands.context import DONE, FAILED, USAGE, CommandFailed, act_as, language
from warehouse.question import AskRefused

OURS = ("operational", "warehouse", "dashboards", "pipelines")  # whose errors are made for people

app = typer.Typer(
    name="yingke",
    help="Yingke 盈客: the analytics platform of a company that makes, distributes and services equipment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for subject in (service, company, data, figures, item_rules, restating, people, safekeeping):
    subject.register(app)


@app.callback()
def _global_options(
    data_directory: Annotated[
        Path | None, typer.Option("--data", help="The data directory [env: YINGKE_DATA; default: var]")
    ] = None,
    login: Annotated[
        str | None,
        typer.Option("--as", help="Act as this login; default: the administrator of the local data"),
    ] = None,
    _debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from")] = False,
) -> None:
    # the one place where an option becomes a setting: settings are read from the environment later
    if data_directory is not None:
        os.environ["YINGKE_DATA"] = str(data_directory)
    act_as(login)


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 partly refused, 2 wrong usage, 3 failed."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """One command by its arguments; returns the exit code, errors go to standard error as sentences."""
    # many small fits run faster in one thread, and beside others by far
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    debug = "--debug" in arguments
    try:
        result = app(_global_first(arguments), standalone_mode=False)
    except typer.Exit as end:
        return end.exit_code
    except (typer.Abort, KeyboardInterrupt):
        _complain("Stopped; what was not finished has not been kept.")
        return FAILED
    except BrokenPipeError:
        return DONE
    except Exception as problem:
        if debug:
            raise
        _complain(_sentence(problem))
        return USAGE if isinstance(problem, AskRefused) else getattr(problem, "exit_code", FAILED)
    return result if isinstance(result, int) else DONE


def _global_first(arguments: list[str]) -> list[str]:
    """Let --data, --as and --debug stand anywhere, also behind the command."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in ("--data", "--as"):
            if (value := next(waiting, None)) is None:
                raise CommandFailed(f"{word} needs a value behind it.", USAGE)
            front += [word, value]
        elif word == "--debug" or word.startswith(("--data=", "--as=")):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _sentence(problem: Exception) -> str:
    """What went wrong in one or two sentences, in the language of who acts where it is told in both."""
    if hasattr(problem, "format_message"):  # wrong usage, as the command line's library found it
        return str(problem.format_message())
    if type(problem).__module__.split(".")[0] in OURS:
        said = getattr(problem, "message", None) or getattr(problem, "reason", None)
        if isinstance(said, dict):
            return str(said[language()])
        return str(said(language()) if callable(said) else problem)
    from pydantic import ValidationError

    if isinstance(problem, ValidationError):
        first = problem.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        return f"The setting YINGKE_{name} is not usable: {first['msg'].removeprefix('Value error, ')}."
    if isinstance(problem, OSError) and problem.strerror:
        place = f" ({problem.filename})" if problem.filename else ""
        return f"The operating system refused: {problem.strerror}{place}."
    return f"{type(problem).__name__}: {problem} (add --debug to see where)"


def _complain(sentence: str) -> None:
    typer.echo(sentence, err=True)


if __name__ == "__main__":
    main()
