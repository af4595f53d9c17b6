"""`yingke up`: makes what is missing, starts web application and schedules, keeps both alive, stops both.

What the two do is theirs; here are only processes.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

import click

from operational.settings import Settings
from pipelines.commands.context import DONE, CommandFailed, make_place
from pipelines.orchestration import code_socket, dagster_home

SMALLEST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before a child that died is started again
LIVED_WELL = 60.0  # seconds after which a death is a new story
STOP_SECONDS, START_SECONDS = 10.0, 120.0
PR_SET_PDEATHSIG = 1  # Linux: tell a child when its parent is gone


@dataclass
class Child:
    """A program that is to run as long as we do."""

    name: str
    module: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = SMALLEST_WAIT
    due: float = field(default_factory=time.monotonic)

    def tend(self) -> None:
        """Start it if it is not running and its time has come."""
        if self.process is not None and self.process.poll() is not None:
            lived = time.monotonic() - self.started
            self.wait = SMALLEST_WAIT if lived > LIVED_WELL else min(self.wait * 2, LONGEST_WAIT)
            self.due = time.monotonic() + self.wait
            click.echo(
                f"{self.name} ended with {self.process.returncode}; again in {self.wait:.0f} s", err=True
            )
            self.process = None
        if self.process is None and time.monotonic() >= self.due:
            self.started = time.monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                start_new_session=True,
                preexec_fn=_as_child,  # noqa: PLW1509  # we have no threads
            )

    def ask_to_end(self) -> None:
        """Tell the program itself, not those that it started: it still talks to them, and ends them in its order."""
        if self.process is not None:
            self.process.terminate()

    def end(self, until: float) -> None:
        """Wait for it till then, and end what is still left of its process group."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, until - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def run_until_stopped() -> int:
    """Make the company and load the warehouse where there is none, then run until SIGINT or SIGTERM."""
    settings = Settings()
    _check_free(settings)
    _check_rhythm(settings)
    _prepare(settings)
    os.environ["YINGKE_DATA"] = str(settings.data.resolve())
    stopping: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _: stopping.append(number))
    web = Child("web application", "pipelines.serve")
    behind = [Child("schedules", "pipelines.daemon")]
    if code_socket(dagster_home(settings)):
        behind.insert(0, Child("definitions", "pipelines.code_server"))
    try:
        web.tend()
        if answered := _answers(settings, web, stopping):
            click.echo(f"Yingke 盈客: {settings.base_url or f'http://{settings.host}:{settings.port}'}")
        if not answered and not stopping:
            raise CommandFailed(
                "The web application did not answer; what it wrote above says why. Then start again."
            )
        click.echo("Ctrl-C stops everything.")
        while not stopping:
            for child in (web, *behind):
                child.tend()
            time.sleep(0.2)
        click.echo("Stopping.")
    finally:
        _stop([*reversed(behind), web])
    return DONE


def _prepare(settings: Settings) -> None:
    """The store with the demonstration company, and a published warehouse."""
    from operational.store.schema import create_schema
    from operational.store.session import Store
    from pipelines.company import create_company, in_use
    from pipelines.refresh import recorded
    from warehouse.connect import NotPublishedError, current_snapshot

    make_place(settings)
    store = Store.open(settings)
    try:
        create_schema(store.engine)
        if not in_use(store):
            _tell(create_company(store, demo="small"))
        try:
            current_snapshot(settings.warehouse_directory)
        except NotPublishedError:
            with recorded(store, asked_by="up") as refreshing:
                refreshing.run()
    finally:
        store.close()


def _tell(logins: list[str]) -> None:
    """The logins that were made, at once: they are not told again, whatever becomes of this start."""
    for line in logins:
        click.echo(line)
    click.echo("These passwords are shown once; change them under the menu at the top right.")


def _check_free(settings: Settings) -> None:
    kind = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            remedy = (
                "is Yingke running already? Choose another with --port."
                if problem.errno == errno.EADDRINUSE
                else "choose another with --host and --port."
            )
            raise CommandFailed(
                f"The address {settings.host}:{settings.port} cannot be used ({problem.strerror}); {remedy}"
            ) from None


def _check_rhythm(settings: Settings) -> None:
    """Dagster would refuse it too, but as a traceback of a program that is started again and again."""
    if settings.refresh_cron == Settings.model_fields["refresh_cron"].default:
        return  # Dagster is slow to import
    from dagster import DagsterInvalidDefinitionError, ScheduleDefinition

    try:
        ScheduleDefinition("refresh", cron_schedule=settings.refresh_cron, job_name="refresh")
    except DagsterInvalidDefinitionError:
        raise CommandFailed(
            f"The setting YINGKE_REFRESH_CRON is not usable: '{settings.refresh_cron}' is no cron expression; "
            "write its five fields, such as */10 * * * * for every ten minutes."
        ) from None


def _answers(settings: Settings, web: Child, stopping: list[int]) -> bool:
    """Wait until the application answers; False where it ends first, or we are to stop."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # compared, not bound
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/healthz"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not stopping:
        if web.process is None or web.process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(address, timeout=2):  # our own address
                return True
        except OSError:
            time.sleep(0.1)
    return False


def _stop(children: list[Child]) -> None:
    """Let each end in good order, a run of the schedules too if it is short; then end what is left."""
    for child in children:
        child.ask_to_end()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        child.end(until)


def _as_child() -> None:
    """Between fork and exec: Ctrl-C is ours to hear, and nobody outlives us."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
