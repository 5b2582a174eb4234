"""The certificate: its number and snapshot, its files, what happened to it."""

import unicodedata
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates import codes
from certificates.models.register import AppendOnlyModel, AppendOnlyQuerySet, Register
from certificates.models.template import TemplateVersion, days_of
from courses.models import Enrolment
from territory.models import Area, PublicBody


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum())


STATEMENTS = Register.Kind.statements()
COMPLETIONS = set(Register.Kind) - STATEMENTS


class CertificateQuerySet(models.QuerySet):
    def numbered(self):
        return self.filter(register__isnull=False)

    def to_number(self):
        """Waiting for the person's name, which by now is there; not for a completion that was undone meanwhile."""
        waiting = self.filter(state=Certificate.State.INCOMPLETE, enrolment__completed_at__isnull=False)
        named = waiting.filter(erased_at=None).annotate(first=Trim("user__first_name"), last=Trim("user__last_name"))
        return named.exclude(first="").exclude(last="")

    def due(self, *, now: datetime, lease: timedelta):
        """Waiting for their PDF and held by no worker."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - lease)
        return self.filter(free, state=Certificate.State.WAITING)

    def named(self):
        """Not of somebody who was erased: what is left of those has neither name nor file."""
        return self.filter(erased_at=None)

    def with_file(self):
        return self.prefetch_related("files")

    def standing(self):
        """In the register and neither revoked nor replaced: what reports may count."""
        return self.numbered().exclude(state__in=[Certificate.State.REVOKED, Certificate.State.SUPERSEDED])

    def correctable_by(self, user):
        """A coordinator's area (confirmed staff only), all for ANCI; never the own ones."""
        scope, others = user.scope, self.named().exclude(user=user).filter(enrolment__isnull=False)
        if scope.is_anci:
            return others
        return others.filter(area__in=scope.area_ids, enrolment__employment__confirmed_at__isnull=False)

    def matching(self, words: str):
        """Each word in the person's name, the number or the title; a code finds its certificate."""
        code = codes.normalise(words)
        if code:
            return self.filter(code=code)
        found = self
        for word in words.split():
            person = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
            found = found.filter(person | Q(number__icontains=word) | Q(title__icontains=word))
        return found

    def visible_to(self, user):
        """The own; a referent's body, a coordinator's area (confirmed staff only); all for ANCI."""
        return self if user.scope.is_anci else self.filter(Q(user=user) | user.scope.staff("enrolment__employment"))

    def answered_by(self, user):
        """What a person reads in a role: the same without the own ones that lie elsewhere."""
        return self if user.scope.is_anci else self.filter(user.scope.staff("enrolment__employment"))


class Certificate(models.Model):
    """One completion, certified once. The snapshot holds what the paper says; nothing is looked up again."""

    class State(models.TextChoices):
        INCOMPLETE = "incomplete", _("waiting for data")
        WAITING = "waiting", _("in preparation")
        ISSUED = "issued", _("valid")
        FAILED = "failed", _("PDF to be checked")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced")

    kind = models.CharField(_("kind"), max_length=10, choices=Register.Kind, default=Register.Kind.COURSE)
    enrolment = models.ForeignKey(  # none for the statements, which sum up a year
        Enrolment, models.PROTECT, null=True, related_name="certificates", verbose_name=_("enrolment")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True)  # that a statement tells of
    user = models.ForeignKey(User, models.PROTECT, related_name="certificates", verbose_name=_("person"))
    body = models.ForeignKey(PublicBody, models.PROTECT, null=True, related_name="certificates", verbose_name=_("body"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="certificates", verbose_name=_("inner area"))
    title = models.CharField(_("title"), max_length=255)
    state = models.CharField(_("state"), max_length=10, choices=State)
    register = models.ForeignKey(Register, models.PROTECT, null=True, related_name="certificates")
    sequence = models.PositiveIntegerField(null=True)
    number = models.CharField(_("register number"), max_length=20, blank=True)  # public, never an access key
    code = models.CharField(_("verification code"), max_length=codes.CODE_LENGTH, unique=True, default=codes.generate)
    template = models.ForeignKey(TemplateVersion, models.PROTECT, null=True, related_name="+")
    snapshot = models.JSONField(default=dict)
    supersedes = models.OneToOneField(  # each is corrected once: a chain, never a tree
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("replaces")
    )
    created_at = models.DateTimeField(_("completed"))
    issued_at = models.DateTimeField(_("issued"), null=True)  # numbered: the date on the paper
    valid_until = models.DateField(_("valid until"), null=True)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(_("last error"), blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoke_reason = models.TextField(_("reason"), blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True)  # the person is: no name and no file is kept

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = [F("issued_at").desc(nulls_first=True), "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(fields=["register", "sequence"], name="one_certificate_per_number"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(supersedes=None), name="one_certificate_per_completion"
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "year"],
                condition=Q(supersedes=None, enrolment=None),
                name="one_statement_per_person_kind_and_year",
            ),
            models.CheckConstraint(
                name="certificate_tells_of_a_completion_or_of_a_year",
                condition=Q(kind__in=sorted(COMPLETIONS), enrolment__isnull=False, body__isnull=False, year=None)
                | Q(kind__in=sorted(STATEMENTS), enrolment=None, body=None, year__isnull=False),
            ),
            models.CheckConstraint(  # a number is taken once and kept: only the wait for data comes before it
                name="certificate_is_numbered_unless_incomplete",
                condition=Q(state="incomplete", register=None, sequence=None, number="", issued_at=None, template=None)
                | ~Q(state="incomplete")
                & ~Q(number="")
                & Q(register__isnull=False, sequence__isnull=False, issued_at__isnull=False, template__isnull=False),
            ),
            models.CheckConstraint(
                name="revoked_certificate_says_when_and_why",
                condition=Q(state="revoked", revoked_at__isnull=False) & ~Q(revoke_reason="")
                | ~Q(state="revoked") & Q(revoked_at=None, revoke_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "claimed_at"]),
            models.Index(fields=["number"]),
            models.Index(fields=["issued_at", "id"], name="certificates_by_day"),
        ]

    def __str__(self):
        return f"{self.number or self.get_state_display()}, {self.title}"

    @property
    def grouped_code(self) -> str:
        return codes.grouped(self.code)

    @property
    def masked_name(self) -> str:
        """For strangers: "G••••• B•••••", which does not tell the length of the name either."""
        names = (self.snapshot.get("first_name", ""), self.snapshot.get("last_name", ""))
        return " ".join(f"{name[:1]}•••••" for name in names)

    @property
    def credit_minutes(self) -> int:
        return self.snapshot.get("credit_minutes", 0)

    @property
    def days(self) -> dict[str, date]:
        """The days of the snapshot: enrolled_on, completed_on, issued_on; none before the number."""
        return days_of(self.snapshot)

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def is_revoked(self) -> bool:
        return self.state == self.State.REVOKED

    @property
    def is_issued(self) -> bool:
        return self.state == self.State.ISSUED

    @property
    def told_on(self) -> date | None:
        """The day of the completion; of a statement, the day of its issue."""
        return self.days.get("completed_on") or self.days.get("issued_on")

    @property
    def is_statement(self) -> bool:
        return self.kind in STATEMENTS

    @property
    def is_expired(self) -> bool:
        """A revoked one is revoked, whatever day it is."""
        is_over = self.valid_until is not None and self.valid_until < timezone.localdate()
        return is_over and self.state == self.State.ISSUED

    @property
    def public_state(self) -> str:
        """ "valid", "expired", "revoked", "superseded" or "preparing", as machines read it."""
        if self.is_expired:
            return "expired"
        names = {self.State.ISSUED: "valid", self.State.REVOKED: "revoked", self.State.SUPERSEDED: "superseded"}
        return names.get(self.state, "preparing")

    def is_named(self, last_name: str) -> bool:
        """Whether somebody who has read the paper says its last name; accents, case and signs do not matter."""
        return bool(_plain(last_name)) and _plain(last_name) == _plain(self.snapshot.get("last_name", ""))

    @property
    def full_name(self) -> str:
        return f"{self.snapshot.get('first_name', '')} {self.snapshot.get('last_name', '')}"

    @property
    def is_superseded(self) -> bool:
        return self.state == self.State.SUPERSEDED

    def successor(self) -> "Certificate | None":
        """The certificate that has replaced this one; reads what `select_related("superseded_by")` has fetched."""
        return getattr(self, "superseded_by", None)

    @property
    def correction_reason(self) -> str:
        """What was wrong on the certificate that this one replaces; "" when it replaces none."""
        told = CertificateEvent.objects.filter(certificate=self.supersedes_id, kind=CertificateEvent.Kind.SUPERSEDED)
        return told.values_list("detail", flat=True).first() or ""

    def may_be_revoked(self) -> bool:
        return self.state in {self.State.WAITING, self.State.ISSUED, self.State.FAILED}

    def file(self) -> "CertificateFile | None":
        """The PDF as it was stored; reads what `with_file()` has fetched."""
        return max(self.files.all(), key=lambda file: file.pk, default=None)


class CertificateFile(AppendOnlyModel):
    """The bytes that were handed out, by their SHA-256: they are the truth, whatever would be printed today."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=120)  # in STORAGES["private"]
    size_bytes = models.PositiveIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.sha256[:12]


class CertificateEventQuerySet(AppendOnlyQuerySet):
    def strike_out(self) -> None:
        """Take the free words out: whom they tell of is erased. That something happened, and when, stays."""
        models.QuerySet.update(self, detail="")


class CertificateEvent(AppendOnlyModel):
    class Kind(models.TextChoices):
        AWAITED = "awaited", _("waiting for the name")
        NUMBERED = "numbered", _("entered in the register")
        RENDERED = "rendered", _("PDF checked and stored")
        FAILED = "failed", _("PDF not made")
        RETRIED = "retried", _("PDF asked for again")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced by another number")
        ERASED = "erased", _("person erased")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(_("event"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("moment"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    detail = models.TextField(_("detail"), blank=True)

    objects = CertificateEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.kind} {self.certificate_id}"
