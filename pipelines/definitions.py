"""Everything that Dagster runs, put together from the registries: assets, jobs, schedules, sensors.

A thin assembly: what the jobs do stands in refresh.py and deliver.py.
"""

from collections.abc import Iterator

import dagster as dg

from operational.crud.access import SYSTEM_ACTOR
from operational.rules.register import do_daily
from operational.settings import Settings
from operational.store.session import Store
from pipelines.assets import warehouse_assets
from pipelines.refresh import recorded
from pipelines.refreshing import Refreshing

NIGHTLY, NEW_DAY = "30 2 * * *", "5 0 * * *"
PATIENCE = 900.0  # seconds that a scheduled refresh waits for one that is running
LOOK_FOR_REQUESTS, LOOK_FOR_MAIL, LOOK_FOR_REPORTS = 10, 30, 60  # seconds
RUNNING = dg.DefaultScheduleStatus.RUNNING


def assemble(settings: Settings) -> dg.Definitions:
    """All definitions for these settings."""
    assets = warehouse_assets()
    refresh = dg.define_asset_job("refresh", selection=dg.AssetSelection.assets(*assets))
    schedules = [
        dg.ScheduleDefinition(
            "refresh_regularly", job=refresh, cron_schedule=settings.refresh_cron,
            execution_timezone=settings.timezone, default_status=RUNNING, run_config=_refresh_config("schedule"),
            required_resource_keys={"store"}, should_execute=_is_due,
        ),
        dg.ScheduleDefinition(
            "rebuild_nightly", job=refresh, cron_schedule=NIGHTLY, execution_timezone=settings.timezone,
            default_status=RUNNING, run_config=_refresh_config("schedule", full=True),
        ),
        dg.ScheduleDefinition(
            "begin_day", job=begin_day, cron_schedule=NEW_DAY, execution_timezone=settings.timezone,
            default_status=RUNNING,
        ),
    ]  # fmt: skip
    return dg.Definitions(
        assets=assets,
        jobs=[refresh, deliver_report, send_mail, begin_day],
        schedules=schedules + _report_schedules(settings),
        sensors=[refresh_requested, mail_waiting, report_held],
        resources={"refreshing": refreshing, "store": store},
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """What `dagster -m pipelines.definitions` finds, for the settings of its environment."""
    return assemble(Settings())


@dg.resource
def store(_: dg.InitResourceContext) -> Iterator[Store]:
    """The store of the settings."""
    opened = Store.open(Settings())
    yield opened
    opened.close()


@dg.resource(
    required_resource_keys={"store"},
    config_schema={
        "full": dg.Field(bool, default_value=False),
        "asked_by": dg.Field(str, default_value="dagster"),
    },
)
def refreshing(context: dg.InitResourceContext) -> Iterator[Refreshing]:
    """The one refresh of a run: locked, recorded in the store, closed at the end."""
    asked = context.resource_config
    with recorded(
        context.resources.store, full=asked["full"], asked_by=asked["asked_by"], wait_seconds=PATIENCE
    ) as one:
        yield one


@dg.op(required_resource_keys={"store"}, config_schema={"report": str})
def deliver(context: dg.OpExecutionContext) -> None:
    """Make the report of every period that is due and was not delivered yet."""
    from pipelines.deliver import deliver_due

    for sentence in deliver_due(context.resources.store, context.op_config["report"]):
        context.log.info(sentence)


@dg.job(executor_def=dg.in_process_executor)
def deliver_report() -> None:
    """Make and queue one scheduled report."""
    deliver()


@dg.op(required_resource_keys={"store"})
def send(context: dg.OpExecutionContext) -> None:
    """Hand over the mail that is due."""
    from pipelines.mail import send_due

    context.log.info(send_due(context.resources.store))


@dg.job(executor_def=dg.in_process_executor)
def send_mail() -> None:
    """Send what waits in the outbox."""
    send()


@dg.op(required_resource_keys={"store"})
def do_duties(context: dg.OpExecutionContext) -> None:
    """Make the moves that follow from the calendar alone."""
    with context.resources.store.writing(SYSTEM_ACTOR.login, "day begins", "schedule") as session:
        do_daily(session, SYSTEM_ACTOR)


@dg.job(executor_def=dg.in_process_executor)
def begin_day() -> None:
    """What the store does by itself once a day."""
    do_duties()


@dg.sensor(
    job_name="refresh", minimum_interval_seconds=LOOK_FOR_REQUESTS,
    default_status=dg.DefaultSensorStatus.RUNNING, required_resource_keys={"store"},
)  # fmt: skip
def refresh_requested(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
    """A refresh for the requests that wait in the store."""
    from pipelines.waiting import waiting_request

    newest = waiting_request(context.resources.store)
    if newest is not None:
        number, login = newest
        yield dg.RunRequest(run_key=f"request {number}", run_config=_refresh_config(login))


@dg.sensor(
    job_name="send_mail", minimum_interval_seconds=LOOK_FOR_MAIL,
    default_status=dg.DefaultSensorStatus.RUNNING, required_resource_keys={"store"},
)  # fmt: skip
def mail_waiting(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
    """A sender for mail that is due."""
    from pipelines.waiting import mail_due

    due = mail_due(context.resources.store)
    if due is not None:
        yield dg.RunRequest(run_key=f"mail {due}")


@dg.sensor(
    job_name="deliver_report", minimum_interval_seconds=LOOK_FOR_REPORTS,
    default_status=dg.DefaultSensorStatus.RUNNING, required_resource_keys={"store"},
)  # fmt: skip
def report_held(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
    """Reports that were held back while the figures were in doubt, as soon as a load is sound."""
    from pipelines.deliver import held_reports

    for report, snapshot in held_reports(context.resources.store):
        yield dg.RunRequest(run_key=f"{report} after {snapshot}", run_config=_report_config(report))


def _is_due(context: dg.ScheduleEvaluationContext) -> bool:
    """Whether a regular refresh would find anything to do."""
    from pipelines.waiting import store_changed, waiting_request

    return store_changed(context.resources.store) or waiting_request(context.resources.store) is not None


def _report_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    from dashboards.page import load_reports

    return [
        dg.ScheduleDefinition(
            f"report_{report.name.replace('-', '_')}", job=deliver_report, cron_schedule=report.cron,
            execution_timezone=settings.timezone, default_status=RUNNING,
            run_config=_report_config(report.name),
        )
        for report in load_reports().values()
    ]  # fmt: skip


def _report_config(report: str) -> dict[str, object]:
    return {"ops": {"deliver": {"config": {"report": report}}}}


def _refresh_config(asked_by: str, *, full: bool = False) -> dict[str, object]:
    return {"resources": {"refreshing": {"config": {"full": full, "asked_by": asked_by}}}}
