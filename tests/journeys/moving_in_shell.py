"""Two ways to run a command line as it stands in the guide: by a real shell, and by a program kept warm.

Both give the exit code and what was written; what a company does with them is in moving_in_company.
"""

from __future__ import annotations

import json
import os
import shlex
import string
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.journeys.moving_in_guide import ROOT


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


class Shell(Protocol):
    """Whoever runs a line of the guide with these variables set."""

    def run(self, line: str, variables: Mapping[str, str]) -> Ran: ...


class RealShell:
    """`sh` and the installed `yingke`: what a newcomer has."""

    def run(self, line: str, variables: Mapping[str, str]) -> Ran:
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        ended = subprocess.run(
            ["sh", "-c", line], cwd=ROOT, env=_clean() | variables | {"PATH": programs},
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return Ran(ended.returncode, ended.stdout, ended.stderr)


class WarmShell:
    """One process for many commands, since starting one costs more than most of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, line: str, variables: Mapping[str, str]) -> Ran:
        program, *arguments = (string.Template(word).substitute(variables) for word in shlex.split(line))
        assert program == "yingke", f"the guide has a line that is no command of ours: {line}"
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.moving_in_warm"], cwd=ROOT, env=_clean(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        print(
            json.dumps({"arguments": arguments, "environment": dict(variables)}),
            file=self._process.stdin,
            flush=True,
        )
        answer = self._process.stdout.readline()
        assert answer, f"the process ended in: {line}"
        return Ran(**json.loads(answer))

    def close(self) -> None:
        """End the process, if one was started."""
        if self._process is not None:
            self._process.communicate()
            assert self._process.returncode == 0


def _clean() -> dict[str, str]:
    """The environment without settings of an installation that may be on this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("YINGKE_")}
