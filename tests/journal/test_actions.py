"""Mail leaves once, later when it has to, and never silently not at all."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone, translation

from journal.actions import MAIL_LEASE, claim_mail, queue_mail, record, send_due_mail
from journal.models import OutgoingMail
from tests.journal.factories import OutgoingMailFactory
from tests.races import race


class BrokenBackend(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


class SlowBackend(EmailBackend):
    """Takes its time, and then counts the claimed messages that another worker would find free."""

    def send_messages(self, messages):
        type(self).pass_time()
        claimed = OutgoingMail.objects.exclude(claimed_at=None).filter(state="waiting")
        due = OutgoingMail.objects.due(now=timezone.now(), lease=MAIL_LEASE)
        self.lapsed.append((claimed & due).count())
        return super().send_messages(messages)


@pytest.fixture
def broken_mail(settings):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"


def news(now, **fields) -> OutgoingMail:
    message = {
        "kind": "tutorship.booking_confirmed",
        "key": "booking-confirmed:1",
        "recipient": "lucia@example.org",
        "subject": "Confermato",
        "text": "Alle 10.",
    }
    return queue_mail(**message | fields, now=now)


def test_queued_mail_waits_for_the_commit_and_leaves_once(db, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        news(now)

    assert len(callbacks) == 1
    assert [send_due_mail(now=now), send_due_mail(now=now)] == [1, 0]
    assert [(message.to, message.subject) for message in mail.outbox] == [(["lucia@example.org"], "Confermato")]


def test_the_same_news_is_told_once(db, now):
    news(now)
    news(now, text="Alle 11.")

    assert OutgoingMail.objects.get().text == "Alle 10.\n"


def test_a_line_break_in_a_subject_forges_no_header(db, now):
    assert news(now, subject="Ciao\r\nBcc: tutti@example.org").subject == "Ciao Bcc: tutti@example.org"


def test_calendar_goes_as_an_alternative(db, now):
    news(now, calendar="BEGIN:VCALENDAR", calendar_method="REQUEST")

    send_due_mail(now=now)

    kinds = [part.mimetype for part in mail.outbox[0].alternatives]
    assert kinds == ["text/html", "text/calendar; method=REQUEST"]


def test_a_failure_is_tried_again_later(db, now, broken_mail, settings):
    waiting = news(now)

    assert send_due_mail(now=now) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, waiting.not_before) == ("waiting", 1, now + timedelta(minutes=2))
    assert waiting.last_error == "SMTPServerDisconnected: Connection unexpectedly closed"

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [send_due_mail(now=now), send_due_mail(now=waiting.not_before)] == [0, 1]


def test_after_the_last_attempt_a_message_is_given_up(db, now, broken_mail, settings):
    waiting = OutgoingMailFactory(tries=settings.MAIL_DELIVERY_ATTEMPTS - 1)

    send_due_mail(now=now)

    waiting.refresh_from_db()
    assert waiting.state == OutgoingMail.State.FAILED


def test_a_message_that_breaks_does_not_hold_up_the_next(db, now):
    OutgoingMailFactory(recipient="nessuno@example.org\nBcc: tutti@example.org")
    OutgoingMailFactory()

    assert send_due_mail(now=now) == 1


def test_a_claim_lapses(db, now):
    pk = OutgoingMailFactory().pk

    claims = [claim_mail(pk, now=now), claim_mail(pk, now=now), claim_mail(pk, now=now + timedelta(minutes=3))]

    assert claims == [True, False, True]


def test_a_long_batch_keeps_the_claim_of_each_message(db, now, settings):
    """Each message is claimed when its turn comes: another worker finds none of them free meanwhile."""
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    for _ in range(3):
        OutgoingMailFactory()
    with time_machine.travel(now, tick=False) as traveller:
        SlowBackend.lapsed = []
        SlowBackend.pass_time = lambda: traveller.shift(timedelta(seconds=90))

        sent = send_due_mail(now=now)

    assert (sent, SlowBackend.lapsed, len(mail.outbox)) == (3, [0, 0, 0], 3)


def test_the_register_is_written_in_italian_whoever_acts(db, now, anci):
    role = anci.roles.get()

    with translation.override("en"):
        entry = record("grant_role", role, now=now)

    assert entry.label == "coordinatore ANCI"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_gets_a_message(now):
    pk = OutgoingMailFactory().pk

    assert sorted(race([lambda: claim_mail(pk, now=now)] * 8)) == [False] * 7 + [True]
