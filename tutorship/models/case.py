"""A person's problem over several sessions: what it is, who has it, what was written and sent about it."""

from datetime import datetime

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from territory.models import Area, PublicBody
from tutorship.models.coverage import Topic

FILE_BYTES = 10 * 1024 * 1024
FILES_PER_CASE = 20
MESSAGE_LENGTH = 4_000


def private_storage():
    return storages["private"]


class CaseQuerySet(models.QuerySet):
    def current(self):
        return self.exclude(state=Case.State.CLOSED)

    def for_display(self):
        return self.select_related("learner", "tutor", "topic", "area", "body")

    def readable_by(self, user):
        """Question, thread and files: the person, the tutors who have or have had a session of the case, ANCI."""
        if user.scope.is_anci:
            return self
        theirs = Case.objects.filter(bookings__session__tutor=user, bookings__cancelled_at=None).values("pk")
        return self.filter(Q(learner=user) | Q(tutor=user) | Q(pk__in=theirs))

    def visible_to(self, user):
        """The ones to read, and for coordinators topic and state of the ones of their areas."""
        if user.scope.is_anci:
            return self
        readable = self.model.objects.readable_by(user).values("pk")
        return self.filter(Q(pk__in=readable) | Q(area__in=user.scope.area_ids))


class Case(models.Model):
    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("case", "open")
        ESCALATED = "escalated", pgettext_lazy("case", "with the coordinators")
        CLOSED = "closed", pgettext_lazy("case", "closed")

    class Ending(models.TextChoices):
        SOLVED = "solved", pgettext_lazy("case", "solved")
        ELSEWHERE = "elsewhere", pgettext_lazy("case", "passed on to another office")
        DROPPED = "dropped", pgettext_lazy("case", "no longer needed")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases", verbose_name=_("person")
    )
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="cases", verbose_name=_("body"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="cases", verbose_name=_("inner area"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="cases", verbose_name=_("topic"))
    tutor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases_as_tutor", verbose_name=_("tutor")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                name="closed_case_has_an_ending",
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(ending="")
                | ~Q(state="closed") & Q(closed_at=None, ending=""),
            )
        ]
        indexes = [models.Index(fields=["area", "state"]), models.Index(fields=["tutor", "state"])]

    def __str__(self):
        return f"{self.topic}, {self.learner}"

    def get_absolute_url(self):
        return reverse("tutorship:case_detail", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    def set_state(self, state: str, *, ending: str = "", now: datetime) -> None:
        self.state, self.ending = state, ending
        self.closed_at = now if state == self.State.CLOSED else None
        self.save(update_fields=["state", "ending", "closed_at"])


class CaseMessage(models.Model):
    """One entry of the thread: words, a file, or both. The first question stands with each booking."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("message"), blank=True)
    file = models.FileField(_("file"), storage=private_storage, upload_to="cases/", blank=True)
    file_name = models.CharField(_("name of the file"), max_length=120, blank=True)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(name="message_says_something", condition=~Q(text="") | ~Q(file="")),
            models.CheckConstraint(
                name="file_has_a_name", condition=Q(file="", file_name="") | ~Q(file="") & ~Q(file_name="")
            ),
        ]

    def __str__(self):
        return str(self.case)
