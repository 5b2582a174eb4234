"""The wish for a seat that is not an enrolment yet: to be approved, in the waiting list, or with a seat on offer."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Employment
from courses.models.edition import Edition
from lib.waiting_list import Place


class State(models.TextChoices):
    TO_APPROVE = "to_approve", pgettext_lazy("seat request", "to be approved")
    QUEUED = "queued", pgettext_lazy("seat request", "in the waiting list")
    OFFERED = "offered", pgettext_lazy("seat request", "a seat is on offer")
    ENROLLED = "enrolled", pgettext_lazy("seat request", "enrolled")
    REFUSED = "refused", pgettext_lazy("seat request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("seat request", "withdrawn")
    LAPSED = "lapsed", pgettext_lazy("seat request", "offer not taken")
    CLOSED = "closed", pgettext_lazy("seat request", "closed without a seat")


IN_LINE = (State.QUEUED, State.OFFERED)
OPEN = Q(state__in=(State.TO_APPROVE, *IN_LINE))


class SeatRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(OPEN)

    def in_line(self):
        """The waiting list, first come first: who waits, and for whom a seat is held."""
        return self.filter(state__in=IN_LINE).order_by("number")

    def of_course(self, course):
        """The request that counts on a course's page: an open one, an offer first; else the last refused; or None."""
        found = self.filter(OPEN | Q(state=State.REFUSED), edition__course=course).select_related("edition")
        closed_last = F("closed_at").desc(nulls_first=True)
        return found.with_position().order_by(closed_last, F("offered_until").asc(nulls_last=True), "asked_at").first()

    def to_decide(self, user):
        """The requests that this person may approve or refuse: of the own areas, for ANCI all, never the own."""
        scope, waiting = user.scope, self.filter(state=State.TO_APPROVE).exclude(user=user)
        return waiting if scope.is_anci else waiting.filter(employment__body__area__in=scope.area_ids)

    def with_position(self):
        """Add `position`: 1 for whoever is called next; None for who is not queued."""
        ahead = SeatRequest.objects.filter(
            edition=OuterRef("edition"), state=State.QUEUED, number__lt=OuterRef("number")
        )
        count = Subquery(ahead.order_by().values("edition").annotate(n=Count("pk")).values("n"))
        return self.annotate(
            position=models.Case(models.When(state=State.QUEUED, then=Coalesce(count, 0) + 1), default=None)
        )

    def visible_to(self, user):
        """The own; a referent's body, a coordinator's area (confirmed staff only); all for ANCI."""
        scope = user.scope
        if scope.is_anci:
            return self
        staff = Q(employment__body__in=scope.body_ids) | Q(employment__body__area__in=scope.area_ids)
        return self.filter(Q(user=user) | staff & Q(employment__confirmed_at__isnull=False))


class SeatRequest(models.Model):
    """One person's wish for a seat in an edition. `number` is the turn in the waiting list and never changes."""

    State = State

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="seat_requests", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="seat_requests", verbose_name=_("person")
    )
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="+", verbose_name=_("employment"))
    state = models.CharField(_("state"), max_length=12, choices=State)
    asked_at = models.DateTimeField(_("asked"))
    number = models.PositiveIntegerField(_("turn"), null=True, blank=True)
    offered_until = models.DateTimeField(_("offer until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reason = models.CharField(_("reason of the refusal"), max_length=500, blank=True)

    objects = SeatRequestQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "number"]
        verbose_name = _("seat request")
        verbose_name_plural = _("seat requests")
        constraints = [
            models.UniqueConstraint(fields=["edition", "user"], condition=OPEN, name="one_open_seat_request_each"),
            models.UniqueConstraint(fields=["edition", "number"], name="one_turn_each"),  # two who join at once
            models.CheckConstraint(
                name="who_is_in_line_has_a_turn", condition=~Q(state__in=IN_LINE) | Q(number__isnull=False)
            ),
            models.CheckConstraint(
                name="seat_offer_has_its_end",
                condition=Q(state=State.OFFERED, offered_until__isnull=False)
                | ~Q(state=State.OFFERED) & Q(offered_until=None),
            ),
            models.CheckConstraint(
                name="seat_request_open_or_closed",
                condition=Q(OPEN, closed_at=None) | ~OPEN & Q(closed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "offered_until"])]

    def __str__(self):
        return f"{self.user}, {self.edition}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_offered(self) -> bool:
        return self.state == State.OFFERED

    @property
    def is_to_approve(self) -> bool:
        return self.state == State.TO_APPROVE

    def as_place(self) -> Place:
        return Place(self, self.number, self.offered_until)
