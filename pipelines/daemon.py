"""Dagster's daemon, which runs schedules and sensors: its surroundings are made ready, then it takes our place.

A daemon that found runs of a killed process tree as still running would wait for them for ever.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from operational.settings import Settings
from pipelines.orchestration import PATIENCE, close_unfinished_runs, code_socket, prepare_home

WORKSPACE = """\
load_from:
  - grpc_server:
      socket: {socket}
      location_name: yingke
"""


def main() -> None:
    """Become the daemon; settings are handed on to the runs that it starts."""
    home = prepare_home(Settings())
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        close_unfinished_runs(instance)
    program = Path(sys.executable).with_name("dagster-daemon")
    quiet = ["--log-level", "error", "--code-server-log-level", "error"]
    os.execv(program, [str(program), "run", *quiet, *_definitions(home)])  # noqa: S606  # our own program


def _definitions(home: Path) -> list[str]:
    """Where the daemon finds them: at their server, or by itself where there can be none."""
    socket = code_socket(home)
    if socket is None:
        return ["-m", "pipelines.definitions"]
    workspace = home / "workspace.yaml"
    workspace.write_text(WORKSPACE.format(socket=json.dumps(str(socket))), encoding="utf-8")
    until = time.monotonic() + PATIENCE
    while not socket.exists() and time.monotonic() < until:  # it is there once they are loaded
        time.sleep(0.1)
    return ["-w", str(workspace)]


if __name__ == "__main__":
    main()
