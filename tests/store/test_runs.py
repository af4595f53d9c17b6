"""Runs, requests for a refresh and archived reports, as pages and pipelines share them."""

import pytest

from operational.store import report_archive, runs


def test_a_run_is_seen_from_its_beginning_to_its_end(store):
    run = runs.start_run(store, "refresh")
    with store.reading() as session:
        (begun,) = runs.last_runs(session)
    assert (begun.state, begun.ended_at, begun.summary) == ("running", None, None)
    runs.end_run(store, run, runs.DONE, "20261102T010203Z", {"rows": {"order": 3}, "说明": ["好"]})
    with store.reading() as session:
        (ended,) = runs.last_runs(session, "refresh")
        assert runs.last_runs(session, "report") == []
    assert (ended.state, ended.snapshot) == ("done", "20261102T010203Z")
    assert ended.summary == {"rows": {"order": 3}, "说明": ["好"]}
    assert ended.ended_at >= ended.started_at


def test_runs_that_a_kill_left_are_closed_as_interrupted(store):
    runs.start_run(store, "refresh")
    done = runs.start_run(store, "refresh")
    runs.end_run(store, done, runs.HELD)
    runs.start_run(store, "report")
    assert runs.mark_interrupted(store, "refresh") == 1
    with store.reading() as session:
        assert [one.state for one in runs.last_runs(session)] == ["running", "held", "interrupted"]


def test_many_requests_are_one_refresh(store):
    first = runs.request_refresh(store, "ann")
    assert runs.request_refresh(store, "bob") == first
    taken = runs.take_refresh(store)
    assert taken == [first]
    assert runs.take_refresh(store) == []
    later = runs.request_refresh(store, "bob")  # what changed since the first was taken may not be in it
    assert later != first
    runs.finish_refresh(store, taken)
    with store.reading() as session:
        assert runs.refresh_done(session, first)
        assert not runs.refresh_done(session, later)


def test_a_restated_report_is_a_new_revision(store):
    entry = {"report": "summary", "period": "2026-10", "language": "zh", "digest": "0" * 64, "made_by": "ann"}
    with store.bookkeeping() as session:
        first = report_archive.archive_report(session, **entry, snapshot="s1", document="reports/1.docx")
        second = report_archive.archive_report(session, **entry, snapshot="s2", document="reports/2.docx")
        other = report_archive.archive_report(
            session, **entry | {"language": "en"}, snapshot="s2", document="reports/3.docx"
        )
    assert (first.revision, second.revision, other.revision) == (1, 2, 1)
    with store.reading() as session:
        assert report_archive.archived_reports(session, "summary") == [other, second, first]
        assert report_archive.archived_reports(session, "other") == []


@pytest.mark.parametrize("state", [runs.FAILED, runs.HELD])
def test_a_run_that_published_nothing_names_no_snapshot(store, state):
    runs.end_run(store, runs.start_run(store, "refresh"), state, summary={"reason": "unique"})
    with store.reading() as session:
        assert runs.last_runs(session)[0].snapshot is None
