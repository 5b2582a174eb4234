"""Writing to the journal. Every function takes part in the caller's transaction."""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from journal.mail_kinds import KINDS, OPTIONAL
from journal.models import AuditEntry, Heartbeat, MailRhythm, OutgoingMail, UnwantedMail
from lib.clock import running_from
from lib.nudge import nudge

MAIL_LEASE = timedelta(minutes=2)
DIGEST_HOUR = 7


def record(
    action: str,
    target: models.Model,
    *,
    now: datetime,
    actor=None,
    area: str = "",
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one audit entry about `target`; `area` is the slug of the area whose coordinators may read it."""
    entry = entry_about(action, target, now=now, actor=actor, area=area, before=before, after=after, reason=reason)
    entry.save()
    return entry


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Write the entries of a bulk change, one for each row that changes, as `entry_about` makes them."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def entry_about(
    action: str,
    target: models.Model,
    *,
    now: datetime,
    actor=None,
    area: str = "",
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
) -> AuditEntry:
    """An audit entry that is still to be written."""
    with translation.override("it"):  # one register, in whatever language its readers and authors use the site
        label = str(target)[:250]
    return AuditEntry(
        at=now,
        actor=actor,
        action=action,
        target=f"{target._meta.label_lower}:{target.pk}",
        label=label,
        area=area,
        before=before or {},
        after=after or {},
        reason=reason,
    )


def queue_mail(
    *,
    kind: str,
    key: str,
    recipient: str,
    subject: str,
    text: str,
    now: datetime,
    calendar: str = "",
    calendar_method: str = "",
    expires_at: datetime | None = None,
) -> OutgoingMail:
    """Leave a message to be sent after the commit; a second call with the same key changes nothing.

    `kind` is one of `mail_kinds.KINDS`; what the recipient has switched off is kept, and not sent. What could not leave
    before `expires_at` never does.
    """
    mail = mail_row(
        kind=kind,
        key=key,
        recipient=recipient,
        subject=subject,
        text=text,
        now=now,
        calendar=calendar,
        calendar_method=calendar_method,
        expires_at=expires_at,
    )
    queue_mails([mail])
    return OutgoingMail.objects.get(key=key)


@transaction.atomic
def choose_mails(person: models.Model, *, wanted: set[str], now: datetime) -> None:
    """Say which of the optional messages the person receives; the others are sent in any case."""
    unwanted = OPTIONAL - wanted
    own = UnwantedMail.objects.filter(user=person)
    before = set(own.values_list("kind", flat=True))
    if unwanted == before:
        return
    own.exclude(kind__in=unwanted).delete()
    UnwantedMail.objects.bulk_create([UnwantedMail(user=person, kind=kind) for kind in sorted(unwanted - before)])
    facts = {"before": {"unwanted": sorted(before)}, "after": {"unwanted": sorted(unwanted)}}
    record("choose_mails", person, actor=person, now=now, **facts)


def queue_mails(mails: Iterable[OutgoingMail]) -> None:
    """Leave many messages at once, as `mail_row` makes them; a key that is known changes nothing."""
    mails = list(mails)
    optional = {mail.kind for mail in mails} & OPTIONAL
    unwanted = set(_unwanted(optional)) if optional else ()
    for mail in mails:
        if (mail.kind, mail.recipient.lower()) in unwanted:
            mail.state = OutgoingMail.State.UNWANTED
    OutgoingMail.objects.bulk_create(mails, batch_size=200, ignore_conflicts=True)
    nudge("journal.send_waiting_mail")


def _unwanted(kinds: set[str]) -> models.QuerySet:
    """Kind and address, in small letters, of what people have switched off."""
    return UnwantedMail.objects.filter(kind__in=kinds).values_list("kind", Lower("user__email"))


def mail_row(
    *, kind: str, key: str, recipient: str, subject: str, text: str, now: datetime, **more: str | datetime | None
) -> OutgoingMail:
    """A message that is still to be written; `more` are the calendar and the expiry, as in `queue_mail`."""
    return OutgoingMail(
        kind=KINDS[kind].code,
        key=key,
        recipient=recipient,
        subject=" ".join(subject.split()),  # a line break in a subject would forge a header
        text=text.strip() + "\n",
        created_at=now,
        not_before=now,
        **more,
    )


def readdress_mail(old: str, new: str, *, since: datetime) -> int:
    """The messages of a person go along to a new address; what was about the account stays with the old one.

    `since` is when the person came: the address may have been somebody else's before.
    """
    own = OutgoingMail.objects.filter(recipient__iexact=old, created_at__gte=since)
    return own.exclude(kind__startswith="account.").update(recipient=new)


def forget_mail_to(address: str) -> int:
    """Leave of the messages to this address only that there was one; what waits is not sent any more."""
    return forget_mail(OutgoingMail.objects.filter(recipient__iexact=address))


def forget_mail(mails: models.QuerySet) -> int:
    """Empty the messages and keep their keys: what was told once is not told again."""
    mails.filter(state=OutgoingMail.State.WAITING).update(state=OutgoingMail.State.WITHDRAWN)
    return mails.update(recipient="", subject="", text="", calendar="", last_error="")


def withdraw_mail(*, prefix: str) -> int:
    """Take back the messages whose key begins so and that have not left, because they are no longer true."""
    return OutgoingMail.objects.waiting().filter(key__startswith=prefix).update(state=OutgoingMail.State.WITHDRAWN)


def send_due_mail(*, now: datetime) -> int:
    """Send what is waiting and return how many messages left; a failure is retried later, never lost."""
    _hold_for_digests()
    OutgoingMail.objects.waiting().filter(expires_at__lte=now).update(state=OutgoingMail.State.WITHDRAWN)
    sent, clock = 0, running_from(now)
    for pk in OutgoingMail.objects.due(now=now, lease=MAIL_LEASE).order_by("pk").values_list("pk", flat=True)[:200]:
        if claim_mail(pk, now=clock()):  # a claim of the batch’s beginning would lapse while the batch goes on
            sent += _deliver(OutgoingMail.objects.get(pk=pk))
    return sent


def _hold_for_digests() -> None:
    """Optional messages to whoever wants them together wait for the summary, but for those that would come too late."""
    together = MailRhythm.objects.values("user__email")
    optional = OutgoingMail.objects.waiting().filter(kind__in=OPTIONAL, expires_at=None, tries=0)
    optional.filter(recipient__in=together).update(state=OutgoingMail.State.HELD)


def send_digests(*, now: datetime) -> int:
    """Put into one message what was held for a person until the last morning of the rhythm; return how many."""
    held = OutgoingMail.objects.filter(state=OutgoingMail.State.HELD)
    rhythms = MailRhythm.objects.filter(user__email__in=held.values("recipient")).select_related("user")
    return sum(_gather(rhythm, now=now) for rhythm in rhythms)


@transaction.atomic
def _gather(rhythm: MailRhythm, *, now: datetime) -> bool:
    morning, address = last_morning(rhythm.every, now=now), rhythm.user.email
    held = OutgoingMail.objects.filter(state=OutgoingMail.State.HELD, recipient=address, created_at__lt=morning)
    messages = list(held.select_for_update().order_by("created_at", "pk"))
    if not messages:
        return False
    held.filter(pk__in=[message.pk for message in messages]).update(state=OutgoingMail.State.GATHERED, sent_at=now)
    with translation.override("it"):
        context = {"messages": messages, "person": rhythm.user, "site_url": settings.SITE_URL}
        text, subject = render_to_string("journal/emails/digest.txt", context), _("The news of Competenze in Comune")
    key = f"digest:{rhythm.user_id}:{messages[-1].pk}"
    queue_mail(kind="journal.digest", key=key, recipient=address, subject=subject, text=text, now=now)
    return True


def last_morning(every: str, *, now: datetime) -> datetime:
    """Seven o'clock of today or yesterday, or of the last Monday, by the clock of the site."""
    local = timezone.localtime(now)
    morning = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    days = morning.weekday() if every == MailRhythm.Every.WEEK else 0
    morning -= timedelta(days=days)
    if morning > local:
        morning -= timedelta(days=7 if every == MailRhythm.Every.WEEK else 1)
    return morning


@transaction.atomic
def choose_rhythm(person: models.Model, *, every: str | None, now: datetime) -> None:
    """Each optional message at once (""), or all together; None or an unknown word changes nothing."""
    before = MailRhythm.objects.filter(user=person).first()
    if every == (before.every if before else "") or every not in ("", *MailRhythm.Every.values):
        return
    if every:
        MailRhythm.objects.update_or_create(user=person, defaults={"every": every})
    else:
        before.delete()
        held = OutgoingMail.objects.filter(state=OutgoingMail.State.HELD, recipient=person.email)
        held.update(state=OutgoingMail.State.WAITING)
    facts = {"before": {"every": before.every if before else ""}, "after": {"every": every}}
    record("choose_mails", person, actor=person, now=now, **facts)


def read_messages(messages: models.QuerySet, *, now: datetime) -> int:
    """Take the messages out of the bell; once read, the moment stays."""
    return messages.filter(read_at=None).update(read_at=now)


def claim_mail(pk: int, *, now: datetime) -> bool:
    """Take one message for this worker; only one of several claimants gets True."""
    due = OutgoingMail.objects.due(now=now, lease=MAIL_LEASE).filter(pk=pk)
    return due.update(claimed_at=now, tries=F("tries") + 1) == 1


def _deliver(mail: OutgoingMail) -> bool:
    message = EmailMultiAlternatives(mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.recipient])
    html = render_to_string("journal/mail.html", {"mail": mail, "site_url": settings.SITE_URL})
    message.attach_alternative(html, "text/html")
    if mail.calendar:
        message.attach_alternative(mail.calendar, f"text/calendar; method={mail.calendar_method}")  # Django adds utf-8
    waiting = OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.WAITING)
    try:
        message.send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        given_up = mail.tries >= settings.MAIL_DELIVERY_ATTEMPTS
        waiting.update(
            state=OutgoingMail.State.FAILED if given_up else OutgoingMail.State.WAITING,
            not_before=timezone.now() + timedelta(minutes=2**mail.tries),
            claimed_at=None,
            last_error=f"{type(error).__name__}: {error}"[:500],
        )
        return False
    return waiting.update(state=OutgoingMail.State.SENT, sent_at=timezone.now(), last_error="") == 1


@transaction.atomic
def beat(name: str, *, now: datetime) -> None:
    """Note that `name` ("worker") is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beaten_at": now})
