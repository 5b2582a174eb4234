"""The bell, the list behind it, and the optional messages together in the morning."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal.actions import last_morning, queue_mail, send_digests, send_due_mail, withdraw_mail
from journal.mail_kinds import KINDS
from journal.models import OutgoingMail

INBOX, CHOICES = reverse("journal:inbox"), reverse("journal:mail_choices")
NEWS = "certificates.certificate_ready"  # optional
MOVED = "tutorship.booking_moved"  # always


def tell(person, now, *, kind=NEWS, key="1", path="/attestati/", **more) -> OutgoingMail:
    text = f"L’attestato è pronto:\n{settings.SITE_URL}{path}\n"
    return queue_mail(
        kind=kind,
        key=f"{kind}:{person.pk}:{key}",
        recipient=person.email,
        subject=f"Notizia {key}",
        text=text,
        now=now,
        **more,
    )


def unread(client) -> int:
    return client.get(INBOX).wsgi_request.user.unread_messages


def test_the_bell_counts_what_is_new_and_opens_the_page(learner, colleague, client_for, now):
    first, second = tell(learner, now), tell(learner, now, kind=MOVED, key="2")
    tell(colleague, now, key="CANARY")
    tell(learner, now, kind="account.password_reset_key", key="secret")
    tell(learner, learner.date_joined - timedelta(days=1), key="of whoever had the address before")
    tell(learner, now, kind="courses.meeting", key="3")
    withdraw_mail(prefix="courses.meeting:")
    client = client_for(learner)

    page = client.get(INBOX)

    assert [message.pk for message in page.context["page"]] == [second.pk, first.pk]
    assert ("Messaggi: 2 non letti" in page.content.decode(), unread(client)) == (True, 2)
    answer = client.post(reverse("journal:message_open", args=[first.pk]))
    assert (answer["Location"], unread(client)) == ("/attestati/", 1)
    client.post(reverse("journal:inbox_read"))
    first.refresh_from_db()
    assert (unread(client), first.read_at) == (0, now)
    other = OutgoingMail.objects.get(recipient=colleague.email)
    assert client.post(reverse("journal:message_open", args=[other.pk])).status_code == 404
    assert other.read_at is None


def test_a_message_never_leads_off_the_site(learner, client_for, now):
    message = tell(learner, now)
    OutgoingMail.objects.update(text=f"{settings.SITE_URL}.evil.example/ https://evil.example/")

    assert client_for(learner).post(reverse("journal:message_open", args=[message.pk]))["Location"] == INBOX
    OutgoingMail.objects.update(text=f"{settings.SITE_URL}//evil.example/")
    assert client_for(learner).post(reverse("journal:message_open", args=[message.pk]))["Location"] == INBOX


def test_the_bell_asks_no_query_of_its_own(learner, client_for, now):
    client, counts = client_for(learner), []
    for number in (0, 1, 30):
        for each in range(number):
            tell(learner, now, key=f"{number}-{each}")
        for address in (INBOX, reverse("accounts:profile")):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(address)
            counts.append(len(queries))

    assert counts[2:4] == counts[4:6]
    assert counts[1] == counts[3]


@pytest.mark.parametrize(
    ("every", "now", "morning"),
    [
        ("day", datetime(2026, 11, 25, 6, 0, tzinfo=UTC), datetime(2026, 11, 25, 6, 0, tzinfo=UTC)),  # seven in Rome
        ("day", datetime(2026, 11, 25, 5, 59, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        ("week", datetime(2026, 11, 25, 5, 59, tzinfo=UTC), datetime(2026, 11, 23, 6, 0, tzinfo=UTC)),
        ("week", datetime(2026, 11, 23, 5, 59, tzinfo=UTC), datetime(2026, 11, 16, 6, 0, tzinfo=UTC)),
        (
            "day",
            datetime(2026, 10, 25, 12, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 6, 0, tzinfo=UTC),
        ),  # winter
    ],
)
def test_last_morning_is_at_seven_in_rome(every, now, morning):
    assert last_morning(every, now=now) == morning


def work(now) -> list[str]:
    """What the worker does each minute; the subjects that left."""
    mail.outbox.clear()
    send_digests(now=now)
    send_due_mail(now=now)
    return [message.subject for message in mail.outbox]


@pytest.mark.parametrize(("every", "days"), [("day", 1), ("week", 7)])
def test_optional_messages_come_together(every, days, learner, colleague, client_for, now):
    client = client_for(learner)
    client.post(CHOICES, {"wanted": list(KINDS), "every": every})
    assert f'value="{every}" selected' in client.get(CHOICES).content.decode()
    for each in (tell(learner, now), tell(learner, now, key="2"), tell(learner, now, kind=MOVED, key="3")):
        assert each.state == OutgoingMail.State.WAITING
    tell(learner, now, kind="tutorship.reminder", key="4", expires_at=now + timedelta(hours=1))
    tell(colleague, now, key="5")

    assert sorted(work(now)) == ["Notizia 3", "Notizia 4", "Notizia 5"]
    assert unread(client) == 4
    assert work(now + timedelta(days=days, hours=-4)) == []
    assert work(now + timedelta(days=days)) == ["Le novità di Competenze in Comune"]
    text, html = mail.outbox[0].body, mail.outbox[0].alternatives[0].content
    for words in ("Notizia 1", "Notizia 2", f"{settings.SITE_URL}/attestati/"):
        assert words in text
        assert words in html
    assert "Notizia 3" not in text
    assert work(now + timedelta(days=days, minutes=1)) == []


def test_back_to_at_once_sends_what_was_held(learner, client_for, now):
    client = client_for(learner)
    client.post(CHOICES, {"wanted": list(KINDS), "every": "week"})
    tell(learner, now)
    assert work(now) == []

    client.post(CHOICES, {"wanted": list(KINDS), "every": "never"})
    assert work(now) == []
    client.post(CHOICES, {"wanted": list(KINDS), "every": ""})

    assert work(now) == ["Notizia 1"]


def test_every_message_has_a_text_and_an_html_part(learner, now):
    for kind in KINDS:
        tell(learner, now, kind=kind)

    send_due_mail(now=now)

    assert len(mail.outbox) == len(KINDS)
    for message in mail.outbox:
        html = message.alternatives[0]
        assert (html.mimetype, message.body.startswith("L’attestato è pronto:")) == ("text/html", True)
        assert f'href="{settings.SITE_URL}/attestati/"' in html.content


def test_the_messages_go_along_to_a_new_address(learner, client_for, now):
    client, before = client_for(learner), learner.email
    tell(learner, now)
    tell(learner, now, kind="account.password_reset_key", key="2")

    client.post(reverse("account_email"), {"email": "lucia.nuova@example.org", "action_add": ""})
    letter = OutgoingMail.objects.get(recipient="lucia.nuova@example.org")
    client.post(letter.path)

    learner.refresh_from_db()
    assert learner.email == "lucia.nuova@example.org"
    assert OutgoingMail.objects.get(kind=NEWS).recipient == learner.email
    assert unread(client) == 1
    assert OutgoingMail.objects.get(kind="account.password_reset_key").recipient == before
