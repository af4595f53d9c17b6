"""Dagster's daemon, which runs schedules and sensors: its surroundings are made ready, then it takes our place.

A daemon that found runs of a killed process tree as still running would wait for them for ever.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from operational.settings import Settings
from pipelines.orchestration import close_unfinished_runs, dagster_home


def main() -> None:
    """Become the daemon; settings are handed on to the runs that it starts."""
    settings = Settings()
    home = dagster_home(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    os.environ["YINGKE_DATA"] = str(settings.data.resolve())
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        close_unfinished_runs(instance)
    program = Path(sys.executable).with_name("dagster-daemon")
    # Every minute it starts its code server anew and warns that the old one, of which it lets go, ends.
    quiet = ["--log-level", "error", "--code-server-log-level", "error"]
    os.execv(program, [str(program), "run", *quiet, "-m", "pipelines.definitions"])  # noqa: S606  # our own program


if __name__ == "__main__":
    main()
