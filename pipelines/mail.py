"""Handing over the mail that waits in the outbox, by SMTP, one sender at a time.

The states of a mail and their order stand in operational/store/outbox.
"""

from __future__ import annotations

import fcntl
import smtplib
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING

from operational.store import outbox

if TYPE_CHECKING:
    from operational.settings import Settings
    from operational.store.outbox import Mail
    from operational.store.session import Store

TIMEOUT = 60  # seconds that a mail server may take for an answer
WORD = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
LATER = 500  # replies below this mean "try again"


class HandOverUnknown(Exception):
    """The connection broke after the text had gone out."""


def send_due(store: Store) -> str:
    """Send everything that is due; how many went out, as a sentence."""
    settings = store.settings
    if not settings.smtp_host:
        return "No mail server is set (YINGKE_SMTP_HOST); the mail waits in the outbox."
    sent = 0
    with (settings.data / "mail.lock").open("w") as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return "Another sender is at work."
        outbox.recover(store)
        while (mail := outbox.claim(store, _domain(settings))) is not None:
            sent += _send(store, mail)
    return f"{sent} mails were handed over."


def _send(store: Store, mail: Mail) -> bool:
    """Hand over one mail that is claimed, and note how it went."""
    try:
        message = compose(store.settings, mail)
    except (OSError, ValueError) as problem:
        outbox.mark_failed(store, mail.id, f"it cannot be written: {problem}")
        return False
    try:
        _hand_over(store.settings, mail.recipient, message)
    except HandOverUnknown as problem:
        outbox.mark_uncertain(store, mail.id, str(problem))
    except smtplib.SMTPResponseException as problem:
        said = f"{problem.smtp_code} {problem.smtp_error!r}"
        if problem.smtp_code < LATER:
            outbox.try_later(store, mail, said)
        else:
            outbox.mark_failed(store, mail.id, said)
    except (OSError, smtplib.SMTPException) as problem:
        outbox.try_later(store, mail, str(problem) or type(problem).__name__)
    else:
        outbox.mark_sent(store, mail.id)
        return True
    return False


def compose(settings: Settings, mail: Mail) -> EmailMessage:
    """The message; ValueError for a header that no mail may have, OSError where the document is gone."""
    message = EmailMessage()
    message["From"] = settings.smtp_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = mail.message_id or ""
    if mail.may_be_copy:
        message["X-Possible-Copy"] = "yes"
    message.set_content(mail.body or mail.subject)
    if mail.document:
        path = Path(settings.data) / mail.document
        message.add_attachment(
            path.read_bytes(), maintype=WORD[0], subtype=WORD[1], filename=_file_name(mail)
        )
    return message


def _hand_over(settings: Settings, recipient: str, message: EmailMessage) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT) as server:
        server.ehlo_or_helo_if_needed()
        if settings.smtp_starttls:
            server.starttls()
            server.ehlo()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        _expect(server.mail(settings.smtp_from))
        _expect(server.rcpt(recipient))
        try:
            code, said = server.data(message.as_bytes())
        except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError) as problem:
            raise HandOverUnknown(f"the connection broke during the hand-over: {problem}") from problem
        _expect((code, said))


def _expect(reply: tuple[int, bytes]) -> None:
    code, said = reply
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _file_name(mail: Mail) -> str:
    return f"{mail.subject}.docx".replace("/", "-")


def _domain(settings: Settings) -> str:
    return settings.smtp_from.rpartition("@")[2].rstrip(">") or "localhost"
