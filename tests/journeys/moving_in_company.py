"""A company that moves in: its data directory, the commands run on it, and what they said.

Which commands and which figures belong to a company is declared in moving_in_figures.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys.moving_in_shell import Ran, Shell

COUNTS = re.compile(r"(loaded|updated|unchanged|skipped|refused|duplicates) (\d+)")


@dataclass(frozen=True)
class Imported:
    """One line of the guide and how it ended; the counts are those that a person reads."""

    line: str
    ran: Ran

    @property
    def file(self) -> str:
        """The name of the file that was imported."""
        return Path(shlex.split(self.line)[3]).name

    @property
    def read(self) -> int:
        found = re.search(r": (\d+) rows read", self.ran.out)
        assert found, f"{self.line}\n{self.ran.out}{self.ran.err}"
        return int(found[1])

    @property
    def counts(self) -> dict[str, int]:
        return {name: int(count) for name, count in COUNTS.findall(self.ran.out.splitlines()[1])}

    @property
    def rejects(self) -> list[dict[str, str]]:
        """The rows of the rejects file that the import named; none where it named none."""
        named = re.search(r"rejects: (.+)", self.ran.out)
        if named is None:
            return []
        with Path(named[1]).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))


@dataclass
class Company:
    """`home` becomes the data directory; `data` holds the files that the lines of the guide name as $DATA."""

    shell: Shell
    home: Path
    data: Path
    timezone: str = "Asia/Shanghai"
    store: str = ""
    imported: list[Imported] = field(default_factory=list)
    refreshed: dict[str, Any] = field(default_factory=dict)

    def run(self, line: str) -> Ran:
        """Run a command line; `$DATA` stands for the folder with the files."""
        return self.shell.run(
            line,
            {"DATA": str(self.data), "YINGKE_DATA": str(self.home), "YINGKE_STORE": self.store,
             "YINGKE_TIMEZONE": self.timezone},
        )  # fmt: skip

    def done(self, line: str) -> str:
        """What a command printed that must succeed."""
        ran = self.run(line)
        assert ran.code == 0, f"{line}\n{ran.out}{ran.err}"
        return ran.out

    def move_in(self, lines: list[str]) -> None:
        """From nothing to published figures."""
        self.done("yingke init --empty")
        self.imported = [self.bring(line) for line in lines]
        self.refresh()

    def bring(self, line: str) -> Imported:
        """Run one import."""
        return Imported(line, self.run(line))

    def of_file(self, file: str) -> Imported:
        """The import of the file of this name."""
        (one,) = (one for one in self.imported if one.file == file)
        return one

    def refresh(self, option: str = "") -> dict[str, Any]:
        """Load the warehouse; what the refresh tells machines."""
        self.refreshed = json.loads(self.done(f"yingke refresh --json {option}"))
        return self.refreshed

    def ask(self, metrics: str, options: str = "") -> list[dict[str, Any]]:
        """The rows of an answer."""
        answer = json.loads(self.done(f"yingke ask {shlex.quote(metrics)} {options} --format json"))
        return list(answer["rows"])

    def rows(self, metric: str, options: str = "") -> list[dict[str, Any]]:
        """The rows behind a figure."""
        return self.ask(metric, f"{options} --rows")

    def records(self, entity: str) -> list[dict[str, str]]:
        """All records of an entity as they are exported."""
        file = self.home / f"exported {entity}.csv"
        self.done(f"yingke export {entity} -o {shlex.quote(str(file))}")
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def model(self, name: str, options: str = "") -> dict[str, Any]:
        """The one fit of a model over everybody."""
        (fitted,) = json.loads(self.done(f"yingke models {name} {options} --json"))
        return dict(fitted)

    def rules(self, options: str) -> list[dict[str, Any]]:
        """The rules of items bought together."""
        return list(json.loads(self.done(f"yingke rules {options} --json")))

    def contents(self) -> dict[str, int]:
        """Every table of the SQLite store as one number, different as soon as any value in it is.

        Who wrote and why (`change_context`) is kept also of an import that found nothing to change.
        """
        with closing(sqlite3.connect(f"file:{self.home / 'store.sqlite'}?mode=ro", uri=True)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: hash(tuple(connection.execute(f'SELECT * FROM "{name}"')))
                for (name,) in tables
                if name not in ("change_context", "sqlite_sequence")
            }
