"""What every app writes to: audit entries, outgoing mail, background jobs, and the worker's pulse."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NOT_SHOWN = ["journal.digest", "accounts.invitation", ""]  # a summary repeats, an invitation is answered already
MOST_WORDS, MOST_PEOPLE = 8, 20
LATE_AFTER = timedelta(minutes=15)
GATHERED_WITHIN = timedelta(days=8)  # a summary leaves each week at the latest
SILENT_AFTER = timedelta(minutes=3)  # the worker beats every minute


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise PermissionDenied("Audit entries are append-only.")

    def delete(self):
        raise PermissionDenied("Audit entries are append-only.")

    def visible_to(self, user):
        """ANCI reads everything, coordinators the entries of their areas, nobody else anything."""
        scope = user.scope
        if scope.is_anci:
            return self
        return self.filter(area__in=scope.area_slugs) if scope.area_slugs else self.none()

    def matching(
        self, *, q: str = "", person: str = "", action: str = "", since: date | None = None, until: date | None = None
    ):
        """Entries of these days and of this kind that name every word of `q` in who did it, in the object or in the
        reason, and every word of `person` in the name or the address of who did it."""
        found = self
        for word in q.split()[:MOST_WORDS]:
            found = found.filter(_done_by(word) | _about(word) | Q(label__icontains=word) | Q(reason__icontains=word))
        for word in person.split()[:MOST_WORDS]:
            found = found.filter(_done_by(word))
        if action:
            found = found.filter(action=action)
        if since:
            found = found.filter(at__date__gte=since)
        return found.filter(at__date__lte=until) if until else found


def _done_by(word: str) -> Q:
    names = Q(actor__first_name__icontains=word) | Q(actor__last_name__icontains=word)
    return names | Q(actor__email__icontains=word)


def _about(word: str) -> Q:
    """What was done to the people of an address: their entries are called by the name, which holds no address."""
    if "@" not in word:
        return Q()
    people = get_user_model().objects.filter(email__icontains=word)[:MOST_PEOPLE]
    return Q(target__in=[f"{person._meta.label_lower}:{person.pk}" for person in people])


class AuditEntry(models.Model):
    """One state change: who did what to which row, before, after and why."""

    at = models.DateTimeField(_("moment"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.SlugField(_("action"), max_length=60)
    target = models.CharField(_("target"), max_length=80)  # "courses.enrolment:42"
    label = models.CharField(_("description"), max_length=250)
    area = models.SlugField(_("inner area"), max_length=80, blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target"]), models.Index(fields=["area", "-at"])]

    def __str__(self):
        return f"{self.action} {self.target}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise PermissionDenied("Audit entries are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise PermissionDenied("Audit entries are append-only.")


class OutgoingMailQuerySet(models.QuerySet):
    def due(self, *, now: datetime, lease: timedelta):
        """Waiting mails whose turn has come, that still say something true, and that no worker holds."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - lease)
        fresh = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(free, fresh, state=OutgoingMail.State.WAITING, not_before__lte=now)

    def waiting(self):
        return self.filter(state=OutgoingMail.State.WAITING)

    def shown_to(self, address: models.F | str, *, since: models.F | datetime):
        """The messages to this address, as the bell shows them: without those of the login and the summaries.

        `since` is when the person came: an address may have been somebody else's before.
        """
        own = self.filter(recipient=address, created_at__gte=since).exclude(state=OutgoingMail.State.WITHDRAWN)
        return own.exclude(kind__startswith="account.").exclude(kind__in=NOT_SHOWN)

    def forgettable(self, *, before: datetime):
        """What was written before that moment, waits for nothing and still says something."""
        return self.filter(created_at__lt=before).exclude(state=OutgoingMail.State.WAITING).exclude(recipient="")

    def health(self, *, now: datetime) -> dict[str, int]:
        """How many messages wait, how many of them should have left, and how many were given up in the last day."""
        waiting, failed = Q(state=OutgoingMail.State.WAITING), Q(state=OutgoingMail.State.FAILED)
        forgotten = Q(state=OutgoingMail.State.HELD, created_at__lt=now - GATHERED_WITHIN)
        return self.aggregate(
            waiting=Count("pk", filter=waiting),
            late=Count("pk", filter=waiting & Q(not_before__lt=now - LATE_AFTER) | forgotten),
            failed=Count("pk", filter=failed & Q(created_at__gt=now - timedelta(days=1))),
        )


class OutgoingMail(models.Model):
    """A message written in the transaction of what it tells, and sent by the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        WITHDRAWN = "withdrawn", pgettext_lazy("mail", "withdrawn")
        HELD = "held", pgettext_lazy("mail", "kept for the summary")
        GATHERED = "gathered", pgettext_lazy("mail", "sent in a summary")
        UNWANTED = "unwanted", pgettext_lazy("mail", "switched off by the recipient")

    key = models.CharField(max_length=120, unique=True)  # "booking-confirmed:42": the same news is told once
    kind = models.CharField(max_length=60, blank=True)  # of mail_kinds; empty in messages older than the list
    recipient = models.EmailField(_("recipient"))
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    calendar = models.TextField(blank=True)  # an iCalendar object, sent as an alternative part
    calendar_method = models.CharField(max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("written"))
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)  # a reminder is worth nothing after the event
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read on the site"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["recipient", "read_at"], name="mail_of_a_person"),
        ]

    def __str__(self):
        return f"{self.recipient}: {self.subject}"

    @property
    def path(self) -> str:
        """The first page of this site that the text leads to, or nothing."""
        paths = (
            word.removeprefix(settings.SITE_URL) for word in self.text.split() if word.startswith(settings.SITE_URL)
        )
        return next((path for path in paths if path.startswith("/") and not path.startswith("//")), "")


class MailRhythm(models.Model):
    """Who wants the optional messages together, once a day or a week; nobody here gets each at once."""

    class Every(models.TextChoices):
        DAY = "day", _("together, every morning")
        WEEK = "week", _("together, on Monday morning")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_rhythm")
    every = models.CharField(max_length=4, choices=Every)

    def __str__(self):
        return f"{self.user}: {self.every}"


class UnwantedMail(models.Model):
    """A kind of message that a person has switched off."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unwanted_mails")
    kind = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="unwanted_once")]

    def __str__(self):
        return f"{self.user}: {self.kind}"


class JobQuerySet(models.QuerySet):
    def due(self, kind: str, *, now: datetime, lease: timedelta):
        """Waiting, or running in a worker that has shown no progress for the whole lease."""
        dead = Q(state=Job.State.RUNNING, claimed_at__lt=now - lease)
        return self.filter(Q(state=Job.State.WAITING) | dead, kind=kind)

    def open(self):
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])


class Job(models.Model):
    """A long piece of work that somebody asked for, with its progress and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.SlugField(_("kind"), max_length=60)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("requested"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    outcome = models.JSONField(_("outcome"), default=dict, blank=True)
    parameters = models.JSONField(default=dict, blank=True)  # what was asked for
    claimed_at = models.DateTimeField(null=True, blank=True)  # by a worker, and at each sign of progress
    path = models.CharField(max_length=200, blank=True)  # in STORAGES["private"], until it expires
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.kind} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def has_file(self, *, now: datetime) -> bool:
        return bool(self.path and self.expires_at and self.expires_at > now)


class HeartbeatQuerySet(models.QuerySet):
    def state(self, name: str, *, now: datetime) -> str:
        """ "ok", "silent", or "never" when it has not been seen at all."""
        beaten_at = self.filter(name=name).values_list("beaten_at", flat=True).first()
        if beaten_at is None:
            return "never"
        return "ok" if beaten_at > now - SILENT_AFTER else "silent"


class Heartbeat(models.Model):
    """When a part of the system was last seen alive."""

    name = models.SlugField(primary_key=True)
    beaten_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self):
        return self.name
