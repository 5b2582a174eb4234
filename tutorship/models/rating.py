"""How an attendee found a session: one number, and words for the coordinators alone."""

from typing import NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tutorship.models.booking import Booking

BEST = 5
FEWEST = 5  # below, a tutor could tell who said what


class Mean(NamedTuple):
    count: int
    value: float | None  # None as long as there are too few


class RatingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Words and numbers one by one: coordinators in their areas and ANCI, never about an own session."""
        found = self.exclude(booking__session__tutor=user)
        return found if user.scope.is_anci else found.filter(booking__session__area__in=user.scope.area_ids)

    def for_display(self):
        return self.select_related("booking__session__tutor", "booking__session__topic", "booking__session__area")

    def mean_of(self, tutor: User) -> Mean:
        """What a tutor may know about the own sessions."""
        found = self.filter(booking__session__tutor=tutor).aggregate(count=Count("pk"), value=Avg("stars"))
        return Mean(found["count"], found["value"] if found["count"] >= FEWEST else None)

    def by_tutor(self):
        """Tutor, how many, and the mean; for coordinators, after `visible_to`."""
        names = ("booking__session__tutor__first_name", "booking__session__tutor__last_name")
        rows = self.order_by().values("booking__session__tutor", *names)
        return rows.annotate(count=Count("pk"), mean=Avg("stars")).order_by(names[1], names[0])


class Rating(models.Model):
    """One per attendee and session."""

    class Stars(models.IntegerChoices):
        FIVE = 5, _("5: very useful")
        FOUR = 4, _("4: useful")
        THREE = 3, _("3: fairly useful")
        TWO = 2, _("2: of little use")
        ONE = 1, _("1: of no use")

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField(
        _("how useful it was"), choices=Stars, validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    comment = models.TextField(_("comment"), blank=True, max_length=1_000)
    rated_at = models.DateTimeField(_("given"))

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-rated_at", "-pk"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [models.CheckConstraint(name="one_to_five", condition=Q(stars__range=(1, BEST)))]

    def __str__(self):
        return str(self.booking.session)  # never who, never how many
