"""Dagster at home: where it keeps its state, and the refresh job run in this process.

The daemon that runs schedules is started by the supervisor; what there is to run stands in definitions.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.alone import alone

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from operational.settings import Settings
    from pipelines.refreshing import Refreshing

CONFIGURATION = Path(__file__).resolve().parents[1] / "dagster.yaml"
LONGEST_SOCKET = 100  # bytes; Linux takes 107, macOS 103
PATIENCE = 180.0  # seconds, for a slow machine
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def dagster_home(settings: Settings) -> Path:
    """Dagster's own folder in the data directory, with the configuration of this version in it."""
    home = (settings.data / "dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    there = home / CONFIGURATION.name
    if not there.exists() or there.read_bytes() != CONFIGURATION.read_bytes():
        draft = home / f"{CONFIGURATION.name}.{os.getpid()}"
        shutil.copyfile(CONFIGURATION, draft)
        draft.replace(there)
    return home


def prepare_home(settings: Settings) -> Path:
    """The same with Dagster's state in it, made known to the program of Dagster that this process becomes.

    Two programs that make the state at once would leave it unreadable, so one waits for the other.
    """
    home = dagster_home(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    os.environ["YINGKE_DATA"] = str(settings.data.resolve())
    from dagster import DagsterInstance

    with alone(home / "making.lock", PATIENCE, TimeoutError(f"{home} is being made for too long.")):
        DagsterInstance.get().dispose()
    return home


def code_socket(home: Path) -> Path | None:
    """Where the server of our definitions listens; None where the path is too long for a socket."""
    socket = home / "code.sock"
    return socket if len(os.fsencode(socket)) <= LONGEST_SOCKET else None


def run_refresh_job(refreshing: Refreshing) -> None:
    """Materialise every asset through the given Refreshing; a step's exception is noted in its outcome.

    The run keeps its events in memory: Dagster's files take a tenth of a second for each of the hundreds,
    and the store's `pipeline_run` has what happened.
    """
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    from dagster import DagsterInstance

    from pipelines.definitions import assemble

    job = assemble(refreshing.store.settings).resolve_job_def("refresh")

    def run() -> None:
        with DagsterInstance.ephemeral() as instance:
            job.execute_in_process(
                run_config=QUIET,
                instance=instance,
                raise_on_error=False,
                resources={"refreshing": refreshing},
            )

    outside_of_event_loops(run)


def outside_of_event_loops(run: Callable[[], None]) -> None:
    """Dagster drives event loops of its own, which a thread whose loop runs already (a notebook's, a browser
    test's) does not allow: there the work gets a thread of its own, elsewhere it stays where Ctrl-C reaches it.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        run()
        return
    with ThreadPoolExecutor(1) as own_thread:
        own_thread.submit(run).result()


def close_unfinished_runs(instance: DagsterInstance) -> int:
    """Report runs that a killed process tree left behind as failed, before the daemon would wait for them."""
    from dagster import DagsterRunStatus, RunsFilter

    left = instance.get_runs(
        RunsFilter(statuses=[DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING])
    )
    for run in left:
        instance.report_run_failed(run, "The process that ran it is gone.")
    return len(left)
