"""Mail is written with what it tells, handed over step by step, and never lost or doubled in silence."""

import datetime
import multiprocessing
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from operational.settings import Settings
from operational.store import outbox
from operational.store.session import Store

WORKERS = 4


def put(store, recipient="boss@example.com", **more):
    with store.bookkeeping() as session:
        told = {"kind": "report/summary", "period": "2026-10", "subject": "摘要", **more}
        return outbox.put(session, recipient=recipient, **told)


def the_mail(store):
    with store.reading() as session:
        (one,) = outbox.mails(session)
    return one


def test_one_mail_for_each_kind_period_and_recipient(store):
    assert put(store)
    assert put(store) is None
    assert put(store, period="2026-11")
    assert put(store, recipient="other@example.com")
    with store.reading() as session:
        assert outbox.backlog(session) == {"new": 3, "sending": 0, "sent": 0, "failed": 0, "uncertain": 0}


def test_mail_of_a_change_that_failed_is_not_written(store):
    def tell_and_fail():
        with store.writing("ann") as session:
            outbox.put(session, kind="k", period="p", recipient="r@example.com", subject="s")
            session.execute(text("INSERT INTO item (code, name) VALUES ('a', NULL)"))

    with pytest.raises(Exception, match=r"(?i)null"):
        tell_and_fail()
    with store.reading() as session:
        assert outbox.mails(session) == []


def test_a_mail_is_committed_as_sending_with_its_id_before_it_goes_out(store):
    put(store)
    claimed = outbox.claim(store, "example.com")
    assert claimed == the_mail(store)
    assert (claimed.state, claimed.attempt) == ("sending", 1)
    assert claimed.message_id.endswith("@example.com>")
    assert outbox.claim(store, "example.com") is None
    outbox.mark_sent(store, claimed.id)
    sent = the_mail(store)
    assert (sent.state, sent.message_id, sent.may_be_copy) == ("sent", claimed.message_id, False)
    assert sent.sent_at.tzinfo


def test_later_means_later_with_the_same_id_and_not_for_ever(store, time_machine):
    start = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
    time_machine.move_to(start, tick=False)
    put(store)
    tried_at, ids = [], set()
    for minute in range(200):
        time_machine.move_to(start + datetime.timedelta(minutes=minute), tick=False)
        mail = outbox.claim(store, "example.com")
        if mail is not None:
            tried_at.append(minute)
            ids.add(mail.message_id)
            outbox.try_later(store, mail, "451 later")
    assert tried_at == [0, 1, 3, 7, 15, 31, 63, 127]
    assert len(ids) == 1
    assert (the_mail(store).state, the_mail(store).error) == ("failed", "451 later")


def test_after_a_kill_a_report_goes_once_more_flagged_and_with_the_same_id(store):
    put(store)
    first = outbox.claim(store, "example.com")
    assert outbox.recover(store) == 1
    again = outbox.claim(store, "example.com")
    assert (again.message_id, again.may_be_copy, again.attempt) == (first.message_id, True, 2)
    assert outbox.recover(store) == 1
    assert the_mail(store).state == "uncertain"
    assert outbox.claim(store, "example.com") is None


def test_after_a_kill_a_campaign_waits_for_an_operator(store):
    number = put(store, kind="campaign/7", repeatable=False)
    outbox.claim(store, "example.com")
    outbox.recover(store)
    assert the_mail(store).state == "uncertain"
    assert outbox.send_again(store, number)
    assert outbox.claim(store, "example.com").may_be_copy
    assert not outbox.send_again(store, number)


def test_refused_and_lost_mail_says_why(store):
    number = put(store)
    outbox.claim(store, "example.com")
    outbox.mark_failed(store, number, "550 no such user")
    assert (the_mail(store).state, the_mail(store).error) == ("failed", "550 no such user")
    outbox.send_again(store, number)
    outbox.claim(store, "example.com")
    outbox.mark_uncertain(store, number, "connection lost")
    assert (the_mail(store).state, the_mail(store).may_be_copy) == ("uncertain", False)


def test_workers_never_take_the_same_mail(store):
    for number in range(20):
        put(store, recipient=f"{number}@example.com")
    taken = []

    def work():
        while (mail := outbox.claim(store, "example.com")) is not None:
            taken.append(mail.id)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 20


def test_a_worker_killed_in_the_middle_leaves_a_trace(sqlite_store):
    put(sqlite_store)
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Event()
    worker = spawn.Process(target=claim_and_hang, args=(sqlite_store.settings.data, gate))
    worker.start()
    assert gate.wait(30)
    worker.kill()
    worker.join()
    assert the_mail(sqlite_store).state == "sending"
    assert outbox.recover(sqlite_store) == 1
    assert outbox.claim(sqlite_store, "example.com").may_be_copy


def claim_and_hang(data: Path, gate) -> None:
    """Take a mail and never come back."""
    outbox.claim(Store.open(Settings(data=data)), "example.com")
    gate.set()
    threading.Event().wait(60)
