"""Every message is on the list, and what a person has switched off does not arrive."""

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

from journal.actions import queue_mail, send_due_mail
from journal.mail_kinds import KINDS, OPTIONAL
from journal.models import AuditEntry, OutgoingMail

NEWS = {"subject": "Promemoria", "text": "Domani alle 10."}


def test_the_list_is_the_templates():
    """A message without an entry has a template without one; an entry without a message has none."""
    ours = [path for app in settings.LOCAL_APPS for path in (settings.BASE_DIR / app).glob("templates/*/emails/*.txt")]
    login = settings.BASE_DIR.glob("templates/account/email/*_message.txt")
    written = {"/".join(path.parts[-3:]) for path in [*ours, *login]}

    assert sorted(kind.template for kind in KINDS.values()) == sorted(written)


def test_a_message_without_an_entry_cannot_be_written(db, now):
    with pytest.raises(KeyError, match=r"tutorship\.gossip"):
        queue_mail(kind="tutorship.gossip", key="x:1", recipient="lucia@example.org", **NEWS, now=now)

    assert not OutgoingMail.objects.exists()


def test_the_guide_names_them_all():
    text = (settings.BASE_DIR / "docs" / "mails.md").read_text()

    assert [code for code in KINDS if f"`{code}`" not in text] == []


def test_what_is_switched_off_is_not_sent(client_for, learner, colleague, now):
    client, address = client_for(learner), reverse("journal:mail_choices")
    page = client.get(address).content.decode()
    answer = client.post(address, {"wanted": [*sorted(OPTIONAL - {"tutorship.reminder"}), "tutorship.booking_moved"]})

    shown = sum(kind.is_optional and not kind.roles for kind in KINDS.values())
    assert page.count('name="wanted"') == page.count(" checked>") == shown
    assert answer.status_code == 302
    assert client.get(address).content.decode().count(" checked>") == shown - 1
    for person in (learner, colleague):
        for kind in ("tutorship.reminder", "tutorship.booking_moved"):
            queue_mail(kind=kind, key=f"{kind}:{person.pk}", recipient=person.email.upper(), **NEWS, now=now)
    send_due_mail(now=now)
    send_due_mail(now=now)

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [learner.email.upper(), *[colleague.email.upper()] * 2]
    )
    assert OutgoingMail.objects.get(state="unwanted").kind == "tutorship.reminder"


def test_what_is_necessary_cannot_be_switched_off(client_for, learner, now):
    client_for(learner).post(reverse("journal:mail_choices"), {"wanted": ["no-such-thing"]})

    unwanted = set(learner.unwanted_mails.values_list("kind", flat=True))
    assert unwanted == {code for code in OPTIONAL if not KINDS[code].roles}
    assert "account.password_reset_key" not in OPTIONAL


def test_the_choice_stands_in_the_register_once(client_for, learner, now):
    client, address = client_for(learner), reverse("journal:mail_choices")
    for _ in range(2):
        client.post(address, {"wanted": sorted(OPTIONAL - {"courses.due_reminder"})})
    client.post(address, {"wanted": sorted(OPTIONAL)})

    entries = AuditEntry.objects.filter(action="choose_mails").order_by("pk")
    assert [entry.after for entry in entries] == [{"unwanted": ["courses.due_reminder"]}, {"unwanted": []}]
    assert not learner.unwanted_mails.exists()


def test_everybody_reads_the_kinds_of_the_own_roles(client_for, learner, tutor, referent, coordinator, anci):
    address = reverse("journal:mail_choices")
    of_tutors, of_coordinators, of_referents = "tutorship.outcome_due", "reports.monthly", "reports.theme_lost"

    def read(person) -> set[str]:
        page = client_for(person).get(address).content.decode()
        return {code for code in (of_tutors, of_coordinators, of_referents) if f'value="{code}"' in page}

    assert [read(person) for person in (learner, tutor, referent, coordinator, anci)] == [
        set(),
        {of_tutors},
        {of_referents},
        {of_coordinators, of_referents},
        {of_coordinators, of_referents},
    ]


def test_a_choice_about_a_role_that_has_ended_stays(client_for, tutor, now):
    address, kept = reverse("journal:mail_choices"), "tutorship.outcome_due"
    client_for(tutor).post(address, {"wanted": sorted(OPTIONAL - {kept})})
    tutor.roles.update(ended_at=now)

    client_for(tutor).post(address, {"wanted": sorted(OPTIONAL)})

    assert list(tutor.unwanted_mails.values_list("kind", flat=True)) == [kept]
