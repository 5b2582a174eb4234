"""Training done elsewhere: the person says so with a proof, the referent or the coordination decides."""

from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment
from courses.models import CoursePage
from territory.models import Area, PublicBody

LONGEST_MINUTES = 200 * 60


def private_storage():
    return storages["private"]


class ExternalTrainingQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=ExternalTraining.State.WAITING)

    def visible_to(self, user):
        """The own; a referent's body, a coordinator's area (confirmed staff only); all for ANCI."""
        return self if user.scope.is_anci else self.filter(Q(user=user) | user.scope.staff())

    def ones_to_decide(self, user):
        """Waiting ones of confirmed staff that this person answers for; never the own ones."""
        waiting = self.waiting().filter(employment__confirmed_at__isnull=False).exclude(user=user)
        return waiting if user.scope.is_anci else waiting.filter(user.scope.staff())


class ExternalTraining(models.Model):
    """Hours that somebody says to have done outside the platform. They count once they are approved."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be decided")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("not approved")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="external_trainings", verbose_name=_("person")
    )
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="+", verbose_name=_("employment"))
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="+", verbose_name=_("body"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inner area")
    )
    title = models.CharField(_("title of the course"), max_length=200)
    provider = models.CharField(_("who held it"), max_length=150)
    theme = models.CharField(_("theme"), max_length=20, choices=CoursePage.Theme)
    is_mandatory = models.BooleanField(_("required by law"), default=False)
    minutes = models.PositiveIntegerField(
        _("minutes"), validators=[MinValueValidator(15), MaxValueValidator(LONGEST_MINUTES)]
    )
    finished_on = models.DateField(_("finished on"))
    proof = models.FileField(_("proof"), storage=private_storage, upload_to="proofs/")
    proof_sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    submitted_at = models.DateTimeField(_("sent"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refusal_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ExternalTrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("external training")
        verbose_name_plural = _("external trainings")
        constraints = [
            models.UniqueConstraint(  # the same certificate sent again, for another body too, would count twice
                fields=["user", "proof_sha256"],
                condition=~Q(state="refused"),
                name="one_claim_per_proof",
                violation_error_message=_("This proof has been sent already: its hours are counted once."),
            ),
            models.CheckConstraint(
                name="external_training_decided_by_somebody",
                condition=Q(state="waiting", decided_at=None, decided_by=None, refusal_reason="")
                | Q(state="approved", decided_at__isnull=False, decided_by__isnull=False, refusal_reason="")
                | Q(state="refused", decided_at__isnull=False, decided_by__isnull=False) & ~Q(refusal_reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.title}, {self.provider}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
