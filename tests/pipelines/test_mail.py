"""Mail from the outbox to a real server that takes, refuses, postpones or breaks off."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from operational.store import outbox
from operational.store.session import Store
from pipelines.mail import send_due


class Sink:
    """A mail server's conduct: what it says to a text, and what it has taken."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.says = "250 taken"
        self.taken: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.says == "break":
            server.transport.close()
            return "250 never heard"
        if self.says.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.says


@pytest.fixture
def sink() -> Iterator[Sink]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink(port)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def post(sqlite_store: Store, sink: Sink) -> Store:
    settings = sqlite_store.settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_from": "yingke@company.example"}
    )
    return Store(sqlite_store.engine, settings)


def put(store: Store, **says: Any) -> None:
    (store.settings.data / "r.docx").write_bytes(b"word")
    with store.bookkeeping() as session:
        outbox.put(
            session, **{"kind": "report x", "period": "2026-W47", "recipient": "boss@company.example",
                        "subject": "经营周报 2026-W47", "document": "r.docx"} | says,
        )  # fmt: skip


def mails(store: Store) -> list[outbox.Mail]:
    with store.reading() as session:
        return outbox.mails(session)


def test_a_mail_goes_out_once_with_its_document(post: Store, sink: Sink) -> None:
    put(post)
    put(post)
    assert send_due(post).startswith("1 ")
    assert send_due(post).startswith("0 ")
    (message,) = sink.taken
    (mail,) = mails(post)
    assert mail.state == outbox.SENT
    assert message["Message-ID"] == mail.message_id
    assert message["Message-ID"].endswith("@company.example>")
    assert message["Subject"] == "经营周报 2026-W47"
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"word"
    assert attached.get_filename().endswith(".docx")


@pytest.mark.parametrize(
    ("says", "state"),
    [("550 no such person", outbox.FAILED), ("451 later", outbox.NEW), ("break", outbox.UNCERTAIN)],
)
def test_what_a_server_answers_decides(post: Store, sink: Sink, says: str, state: str) -> None:
    put(post)
    sink.says = says
    send_due(post)
    (mail,) = mails(post)
    assert (mail.state, mail.attempt) == (state, 1)
    assert mail.error


def test_a_mail_that_cannot_be_written_fails_alone(post: Store, sink: Sink) -> None:
    put(post, document="gone.docx", recipient="a@company.example")
    put(post, recipient="b@company.example\nBcc: x@evil.example")
    put(post, recipient="c@company.example")
    assert send_due(post).startswith("1 ")
    states = {mail.recipient[0]: mail.state for mail in mails(post)}
    assert states == {"a": outbox.FAILED, "b": outbox.FAILED, "c": outbox.SENT}


def test_a_kill_in_the_middle_sends_again_with_the_same_id_and_a_flag(post: Store, sink: Sink) -> None:
    put(post)
    claimed = outbox.claim(post, "company.example")
    assert claimed is not None
    send_due(post)
    (message,) = sink.taken
    assert message["Message-ID"] == claimed.message_id
    assert message["X-Possible-Copy"] == "yes"


def test_no_server_keeps_the_mail(sqlite_store: Store) -> None:
    put(sqlite_store)
    assert "YINGKE_SMTP_HOST" in send_due(sqlite_store)
    assert mails(sqlite_store)[0].state == outbox.NEW


def test_a_server_that_is_away_is_tried_later(post: Store) -> None:
    put(post)
    away = Store(post.engine, post.settings.model_copy(update={"smtp_port": 1}))
    send_due(away)
    assert mails(post)[0].state == outbox.NEW
    assert mails(post)[0].attempt == 1
