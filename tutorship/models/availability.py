"""When tutors can be booked. Hours are local wall time; 00:00 as the last hour means the end of the day."""

from calendar import monthrange
from datetime import date, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleAssignment
from territory.models import Area, PublicBody
from tutorship import slots
from tutorship.models.coverage import ZONE

COMMON_YEAR = 2027


def minute_of(clock: time, *, is_end: bool = False) -> int:
    """Minutes after midnight, as the slot engine counts them."""
    return clock.hour * 60 + clock.minute or (slots.DAY_MINUTES if is_end else 0)


def refuse(field: str, message, *, code: str) -> ValidationError:
    """The error of one field, with a code that survives."""
    return ValidationError({field: ValidationError(message, code=code)})


def require_order(opens_at: time | None, closes_at: time | None) -> None:
    if opens_at and closes_at and minute_of(closes_at, is_end=True) <= minute_of(opens_at):
        raise refuse("closes_at", _("The end has to come after the beginning."), code="end_before_start")


def require_one_moment(day: date | None, name: str, clock: time) -> None:
    """The night of the clock change has an hour that does not exist, or one that comes twice."""
    found = len(slots.moments(day, minute_of(clock), ZONE)) if day else 1
    if found == 0:
        message = _("This hour does not exist on this day: the clocks go forward. Choose one before or after.")
        raise refuse(name, message, code="hour_does_not_exist")
    if found == 2:
        message = _("This hour comes twice on this day: the clocks go back. Choose one before 02:00 or from 03:00.")
        raise refuse(name, message, code="hour_comes_twice")


def tutors_with_hours(*, on: date) -> set[int]:
    """Who has hours of this day or later, every week or once."""
    weekly = AvailabilityRule.objects.valid(on=on).values_list("tutor_id", flat=True)
    once = AvailabilityException.objects.exclude(kind=AvailabilityException.Kind.CLOSES).filter(on__gte=on)
    return {*weekly, *once.values_list("tutor_id", flat=True)}


class OwnAvailabilityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A tutor's own, and for coordinators that of the tutors of their areas."""
        scope = user.scope
        if scope.is_anci:
            return self
        tutors = RoleAssignment.objects.filter(
            role=RoleAssignment.Role.TUTOR, area__in=scope.area_ids, user=OuterRef("tutor"), ended_at=None
        )
        own = Q(tutor=user) if scope.is_tutor else Q(pk__in=[])
        return self.filter(own | Exists(tutors)) if scope.area_ids else self.filter(own)


class AvailabilityRuleQuerySet(OwnAvailabilityQuerySet):
    def valid(self, *, on: date):
        """Rules that still open something on this day or later."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on))


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class AvailabilityRule(models.Model):
    """Open every week, or every second or third, on one weekday."""

    tutor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="availability_rules")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    opens_at = models.TimeField(_("from hour"))
    closes_at = models.TimeField(_("until hour"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    every_n_weeks = models.PositiveSmallIntegerField(
        _("every how many weeks"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
        help_text=_("1 is every week, 2 every other week, counted from the first day of validity."),
    )

    objects = AvailabilityRuleQuerySet.as_manager()

    class Meta:
        ordering = ["weekday", "opens_at", "pk"]
        verbose_name = _("weekly availability")
        verbose_name_plural = _("weekly availability")
        constraints = [
            models.CheckConstraint(
                name="rule_ends_after_it_starts",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                name="rule_opens_before_it_closes", condition=Q(closes_at=time(0)) | Q(closes_at__gt=F("opens_at"))
            ),
        ]
        indexes = [models.Index(fields=["tutor", "weekday"])]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"

    def clean(self):
        require_order(self.opens_at, self.closes_at)

    def require_use(self, *, today: date) -> None:
        """A rule that opens no day to come is a slip; one that has opened some may end in the past."""
        first = self.valid_from if self.pk else max(today, self.valid_from)
        days = self._days(first)
        if not days:
            message = _("No such day of the week lies between these dates from today on: no hours would open.")
            raise refuse("valid_until", message, code="no_day")
        if len(days) == 1:
            for name in ("opens_at", "closes_at"):
                require_one_moment(days[0], name, getattr(self, name))

    def _days(self, first: date) -> list[date]:
        """The first two days from there on."""
        reach = (first + timedelta(days=number) for number in range(2 * 7 * self.every_n_weeks))
        rule = self.as_rule()
        return [day for day in reach if rule.applies_on(day)][:2]

    def as_rule(self) -> slots.Rule:
        return slots.Rule(
            self.weekday,
            minute_of(self.opens_at),
            minute_of(self.closes_at, is_end=True),
            self.valid_from,
            self.valid_until,
            self.every_n_weeks,
        )


class AvailabilityException(models.Model):
    """What is different on one local date: other hours, more hours, or none."""

    class Kind(models.TextChoices):
        REPLACES = "replaces", _("other hours than usual")
        ADDS = "adds", _("more hours than usual")
        CLOSES = "closes", _("not available")

    tutor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="availability_exceptions")
    on = models.DateField(_("day"))
    kind = models.CharField(_("what changes"), max_length=10, choices=Kind, default=Kind.CLOSES)
    opens_at = models.TimeField(_("from hour"), null=True, blank=True)
    closes_at = models.TimeField(_("until hour"), null=True, blank=True)

    objects = OwnAvailabilityQuerySet.as_manager()

    class Meta:
        ordering = ["on", "opens_at", "pk"]
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.CheckConstraint(
                name="exception_has_hours_unless_it_closes",
                condition=Q(kind="closes", opens_at=None, closes_at=None)
                | ~Q(kind="closes") & Q(opens_at__isnull=False, closes_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["tutor", "on"])]

    def __str__(self):
        return f"{self.on:%d/%m/%Y} {self.get_kind_display()}"

    def clean(self):
        if self.kind == self.Kind.CLOSES:
            self.opens_at = self.closes_at = None
            return
        for name in ("opens_at", "closes_at"):
            if getattr(self, name) is None:
                raise refuse(name, _("Write the hour."), code="required")
        require_order(self.opens_at, self.closes_at)
        for name in ("opens_at", "closes_at"):
            require_one_moment(self.on, name, getattr(self, name))

    def require_use(self, *, today: date) -> None:
        if self.on < today:
            raise refuse("on", _("This day is over: choose one to come."), code="in_the_past")

    def as_change(self) -> slots.Change:
        hours = (minute_of(self.opens_at), minute_of(self.closes_at, is_end=True)) if self.opens_at else (0, 0)
        return slots.Change(self.on, slots.Kind(self.kind), *hours)


class ClosureQuerySet(models.QuerySet):
    def overlapping(self, first: date, last: date):
        return self.filter(first_on__lte=last, last_on__gte=first)

    def visible_to(self, user):
        """Coordinators: the ones of their areas, and the ones of all areas to read."""
        scope = user.scope
        if scope.is_anci:
            return self
        return self.filter(Q(area__in=scope.area_ids) | Q(area=None)) if scope.area_ids else self.none()

    def changeable_by(self, user):
        return self if user.scope.is_anci else self.filter(area__in=user.scope.area_ids)


class Closure(models.Model):
    """Days without tutoring in one area, or in all of them."""

    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="closures", verbose_name=_("inner area")
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["first_on", "pk"]
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_it_starts",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self):
        return f"{self.reason}, {self.first_on:%d/%m/%Y}"

    def as_window(self) -> slots.Window:
        return slots.day_window(self.first_on, self.last_on, ZONE)


class PatronSaintQuerySet(models.QuerySet):
    def windows(self, body_id: int, first: date, last: date) -> list[slots.Window]:
        """The feasts of a body from one day to another."""
        days = [saint.on(year) for saint in self.filter(body=body_id) for year in range(first.year, last.year + 1)]
        return [slots.day_window(day, day, ZONE) for day in days if first <= day <= last]

    def visible_to(self, user):
        return self if user.scope.is_anci else self.filter(body__area__in=user.scope.area_ids)


class PatronSaint(models.Model):
    """The feast of a municipality, every year: its town hall is closed, meetings by video go on."""

    body = models.OneToOneField(PublicBody, models.PROTECT, related_name="patron_saint", verbose_name=_("body"))
    name = models.CharField(_("patron saint"), max_length=80)
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    month = models.PositiveSmallIntegerField(_("month"), choices=MONTHS.items())

    objects = PatronSaintQuerySet.as_manager()

    class Meta:
        ordering = ["body"]
        verbose_name = _("patron saint")
        verbose_name_plural = _("patron saints")
        constraints = [
            models.CheckConstraint(name="patron_saint_is_a_day", condition=Q(day__range=(1, 31), month__range=(1, 12)))
        ]

    def __str__(self):
        return f"{self.name}, {self.body}"

    def clean(self):
        if self.day and self.month and not self._is_a_date():
            raise refuse("day", _("This month does not have so many days."), code="no_such_day")

    def _is_a_date(self) -> bool:
        return self.day <= monthrange(COMMON_YEAR, self.month)[1]  # 29 February would be lost in most years

    def on(self, year: int) -> date:
        return date(year, self.month, self.day)


class TutorPreference(models.Model):
    tutor = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tutor_preference")
    video_url = models.URLField(_("video room"), blank=True)
    works_on_holidays = models.BooleanField(_("available on public holidays too"), default=False)

    class Meta:
        verbose_name = _("tutor preference")
        verbose_name_plural = _("tutor preferences")

    def __str__(self):
        return str(self.tutor)


def preference_of(tutor) -> TutorPreference | None:
    """What the tutor has chosen; no question where the tutor was read along with it."""
    return getattr(tutor, "tutor_preference", None)
