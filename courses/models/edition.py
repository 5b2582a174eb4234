"""A course as it is offered: always open, or on dates."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from courses import presence
from courses.models.catalogue import CoursePage
from territory.models import Area


class EditionQuerySet(models.QuerySet):
    def open(self, *, on: date):
        """Editions of open courses that take enrolments on this day."""
        return self.filter(
            Q(enrol_from=None) | Q(enrol_from__lte=on),
            Q(enrol_until=None) | Q(enrol_until__gte=on),
            Q(ends_on=None) | Q(ends_on__gte=on),
            is_cancelled=False,
            course__live=True,
            course__is_in_preparation=False,
            course__is_archived=False,
        )

    def with_seats_taken(self):
        return self.annotate(seats_taken=Count("enrolments", filter=Q(enrolments__left_at=None)))

    def visible_to(self, user):
        """A coordinator's: the editions that reach the own areas; a tutor's: the own ones; ANCI: all."""
        scope = user.scope
        if scope.is_anci:
            return self
        return self.filter(Q(areas__in=scope.area_ids) | Q(tutors=user)).distinct()

    def changeable_by(self, user):
        """The editions on dates that lie wholly within the areas a person coordinates; ANCI: all on dates."""
        scope, on_dates = user.scope, self.filter(is_self_paced=False)
        if scope.is_anci:
            return on_dates
        elsewhere = Area.objects.exclude(pk__in=scope.area_ids)
        within = on_dates.filter(areas__in=scope.area_ids)
        return within.exclude(pk__in=Edition.objects.filter(areas__in=elsewhere).values("pk")).distinct()


class Edition(models.Model):
    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="editions", verbose_name=_("course"))
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True, help_text=_("Empty: the course's title."))
    is_self_paced = models.BooleanField(_("always open, in one's own time"), default=False)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    enrol_from = models.DateField(_("enrolment from"), null=True, blank=True)
    enrol_until = models.DateField(_("enrolment until"), null=True, blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="editions", verbose_name=_("inner areas"))
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True, help_text=_("Empty: no limit."))
    place = models.CharField(_("place"), max_length=200, blank=True)
    video_url = models.URLField(_("video link"), blank=True)
    tutors = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("tutors"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = [F("starts_on").asc(nulls_first=True), "code"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(is_self_paced=True),
                name="one_self_paced_edition",
                violation_error_message=_("This course already has its always open edition."),
            ),
            models.CheckConstraint(
                name="self_paced_has_no_dates_others_start",
                condition=Q(is_self_paced=True, starts_on=None, ends_on=None)
                | Q(is_self_paced=False, starts_on__isnull=False),
                violation_error_message=_("An edition on dates needs its first day; an always open one has none."),
            ),
            models.CheckConstraint(
                name="edition_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self):
        return self.title or self.course.title

    @property
    def seats_left(self) -> int | None:
        """Seats left, None without a limit; needs a row from `with_seats_taken()`."""
        return None if self.capacity is None else max(0, self.capacity - self.seats_taken)


class LiveSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(edition__in=Edition.objects.visible_to(user).values("pk"))

    def needed_minutes(self, *, step_minutes: int, percent: int) -> int:
        """The presence that a live step asks for over these sessions, the ones of one edition.

        A share of what the step promises, or of what is planned where that is more: so a first meeting alone
        completes nothing while the second is not in the calendar yet.
        """
        planned = sum(session.minutes for session in self)
        return presence.needed_minutes(total=max(planned, step_minutes), percent=percent)

    def upcoming(self, *, now: datetime):
        return self.filter(ends_at__gt=now, edition__is_cancelled=False, edition__course__live=True).order_by(
            "starts_at"
        )


class LiveSession(models.Model):
    """One meeting of an edition, in a room or by video."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="live_sessions", verbose_name=_("edition"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    place = models.CharField(_("place"), max_length=200, blank=True)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        constraints = [
            models.CheckConstraint(
                name="live_session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end comes before the start."),
            )
        ]

    def __str__(self):
        return self.title or str(self.edition)

    def clean(self):
        if not self.starts_at:
            return
        day, edition = timezone.localdate(self.starts_at), self.edition
        if self.ends_at and timezone.localdate(self.ends_at) != day:
            text = _("A meeting ends on the day on which it starts: split a longer one.")
            raise ValidationError({"ends_at": ValidationError(text, code="over_midnight")})
        if (edition.starts_on and day < edition.starts_on) or (edition.ends_on and day > edition.ends_on):
            text = _("The edition runs from %(first)s to %(last)s: choose a day within it.")
            last = date_format(edition.ends_on, "j F Y") if edition.ends_on else "…"
            days = {"first": date_format(edition.starts_on, "j F Y"), "last": last}
            raise ValidationError({"starts_at": ValidationError(text % days, code="outside_edition")})

    @property
    def register_opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=30)

    def is_over(self, *, now: datetime) -> bool:
        return self.ends_at <= now

    def whole(self) -> presence.Stay:
        return presence.Stay(self.starts_at, self.ends_at)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)
