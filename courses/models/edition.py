"""A course as it is offered: always open, or on dates."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from courses import presence
from courses.models.catalogue import CoursePage
from territory.models import Area, PublicBody

INVITATION_SALT = "courses.invitation"


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
        """Add `seats_taken`, `seats_held` by offers, and `waiting`: how many are queued."""
        return self.annotate(
            seats_taken=Count("enrolments", filter=Q(enrolments__left_at=None), distinct=True),
            seats_held=Count("seat_requests", filter=Q(seat_requests__state="offered"), distinct=True),
            waiting=Count("seat_requests", filter=Q(seat_requests__state="queued"), distinct=True),
        )

    def with_requests(self):
        """Add `requests_total`: how many requests wait for an approval."""
        asking = Q(seat_requests__state="to_approve")
        return self.annotate(requests_total=Count("seat_requests", filter=asking, distinct=True))

    def visible_to(self, user):
        """A coordinator's: the editions that reach the own areas; a tutor's: the own ones; ANCI: all."""
        scope = user.scope
        if scope.is_anci:
            return self
        reached = Q(areas__in=scope.area_ids) | Q(bodies__area__in=scope.area_ids)
        return self.filter(reached | Q(tutors=user)).distinct()

    def changeable_by(self, user):
        """The editions on dates that lie wholly within the areas a person coordinates; ANCI: all on dates."""
        scope, on_dates = user.scope, self.filter(is_self_paced=False)
        if scope.is_anci:
            return on_dates
        within = on_dates.filter(Q(areas__in=scope.area_ids) | Q(bodies__area__in=scope.area_ids))
        other_areas = Edition.objects.filter(areas__in=Area.objects.exclude(pk__in=scope.area_ids))
        elsewhere = PublicBody.objects.exclude(pk__in=PublicBody.objects.filter(area__in=scope.area_ids))
        other_bodies = Edition.objects.filter(bodies__in=elsewhere)
        return within.exclude(pk__in=other_areas.values("pk")).exclude(pk__in=other_bodies.values("pk")).distinct()

    def open_to_staff_of(self, user, *, on: date):
        """Editions in which a coordinator or a referent may enrol somebody on this day."""
        found, scope = self.open(on=on), user.scope
        if scope.is_anci:
            return found
        reach = PublicBody.objects.filter(Q(pk__in=scope.body_ids) | Q(area__in=scope.area_ids))
        areas = reach.exclude(area=None).values("area")
        return found.filter(Q(areas=None, bodies=None) | Q(areas__in=areas) | Q(bodies__in=reach)).distinct()

    def invited_by(self, token: str, *, on: date):
        """The one edition whose present invitation this is; none for a forged, replaced or expired one."""
        try:
            pk, number = signing.Signer(salt=INVITATION_SALT).unsign_object(token)
        except (signing.BadSignature, ValueError):
            return self.none()
        return self.filter(pk=pk, invitation_number=number, invitation_until__gte=on)


class Admission(models.TextChoices):
    OPEN = "open", _("everybody it is for")
    APPROVAL = "approval", _("everybody it is for, with the approval of the coordination")
    INVITATION = "invitation", _("only by invitation: a link, the own referent or the coordination")


class Edition(models.Model):
    Admission = Admission

    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="editions", verbose_name=_("course"))
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True, help_text=_("Empty: the course's title."))
    is_self_paced = models.BooleanField(_("always open, in one's own time"), default=False)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    enrol_from = models.DateField(_("enrolment from"), null=True, blank=True)
    enrol_until = models.DateField(_("enrolment until"), null=True, blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="editions", verbose_name=_("inner areas"))
    bodies = models.ManyToManyField(PublicBody, blank=True, related_name="editions", verbose_name=_("bodies"))
    admission = models.CharField(_("who enrols"), max_length=12, choices=Admission, default=Admission.OPEN, blank=False)
    minimum = models.PositiveIntegerField(
        _("minimum number of people"),
        null=True,
        blank=True,
        help_text=_("Empty: none. The page warns while it is missed."),
    )
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True, help_text=_("Empty: no limit."))
    due_on = models.DateField(_("to be completed by"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(
        _("days for completing it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("From the enrolment on. With neither a day nor days, the last day of the edition counts."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours for accepting a seat"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(336)],
        help_text=_("For who waits. Empty: the free seat is given at once, without asking."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    video_url = models.URLField(_("video link"), blank=True)
    tutors = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("tutors"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    invitation_until = models.DateField(null=True, blank=True, editable=False)
    invitation_number = models.PositiveSmallIntegerField(default=0, editable=False)  # an older link opens nothing

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
                name="edition_due_on_or_due_days",
                condition=Q(due_on=None) | Q(due_days=None),
                violation_error_message=_("Choose either a day or a number of days for completing it."),
            ),
            models.CheckConstraint(
                name="edition_minimum_fits_capacity",
                condition=Q(minimum=None) | Q(capacity=None) | Q(minimum__lte=F("capacity")),
                violation_error_message=_("The minimum is higher than the seats."),
            ),
            models.CheckConstraint(
                name="edition_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                name="edition_enrolment_ends_after_it_begins",
                condition=Q(enrol_from=None) | Q(enrol_until=None) | Q(enrol_until__gte=F("enrol_from")),
                violation_error_message=_("The enrolment would end before it begins."),
            ),
            models.CheckConstraint(
                name="edition_is_due_after_it_starts",
                condition=Q(due_on=None) | Q(starts_on=None) | Q(due_on__gte=F("starts_on")),
                violation_error_message=_("It would have to be completed before it starts."),
            ),
        ]

    def __str__(self):
        return self.title or self.course.title

    def due_date(self, *, enrolled_on: date) -> date | None:
        """By when somebody who enrols on this day has to complete the course."""
        if self.due_days:
            return enrolled_on + timedelta(days=self.due_days)
        return self.due_on or self.ends_on

    def staff_condition(self) -> Q:
        """The employments that the edition is for, as a filter; `takes` asks the same of one body."""
        areas, bodies = list(self.areas.values_list("pk", flat=True)), list(self.bodies.values_list("pk", flat=True))
        return Q(body__area__in=areas) | Q(body__in=bodies) if areas or bodies else Q()

    def takes(self, body: PublicBody) -> bool:
        """Whether the edition is for the staff of this body."""
        areas, bodies = {row.pk for row in self.areas.all()}, {row.pk for row in self.bodies.all()}
        return not (areas or bodies) or body.area_id in areas or body.pk in bodies

    @property
    def invitation_token(self) -> str:
        return signing.Signer(salt=INVITATION_SALT).sign_object([self.pk, self.invitation_number])

    @property
    def people_missing(self) -> int:
        """How many are missing for the minimum; needs a row from `with_seats_taken()`."""
        return max(0, (self.minimum or 0) - self.seats_taken)

    @property
    def seats_left(self) -> int | None:
        """Seats left for newcomers, None without a limit; needs a row from `with_seats_taken()`."""
        if self.capacity is None:
            return None
        return max(0, self.capacity - self.seats_taken - self.seats_held - self.waiting)

    @property
    def needs_approval(self) -> bool:
        return self.admission == Admission.APPROVAL

    @property
    def is_by_invitation(self) -> bool:
        return self.admission == Admission.INVITATION

    @property
    def has_waiting_list(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self.seats_left == 0


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

    def taught_by(self, people_ids):
        """Meetings that will be held with one of these people as tutor; once for each of them."""
        return self.filter(edition__tutors__in=people_ids, edition__is_cancelled=False)

    def tutor_times(self):
        """(tutor, start, end) of meetings from `taught_by()`."""
        return self.values_list("edition__tutors", "starts_at", "ends_at")

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
    ical_sequence = models.PositiveIntegerField(default=0, editable=False)  # rises with every change that is told

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
    def ical_uid(self) -> str:
        return f"incontro-{self.pk}@{urlsplit(settings.SITE_URL).hostname}"

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
