"""Availability of tutors; coverage and closures of areas."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import RoleAssignment, User
from lib.italia_forms import ItaliaForm, ItaliaModelForm
from territory.models import Area, PublicBody
from tutorship.models import AvailabilityException, AvailabilityRule, Closure, PatronSaint, Topic, TutorPreference
from tutorship.models.availability import Weekday


class RuleForm(ItaliaModelForm):
    every_n_weeks = AvailabilityRule._meta.get_field("every_n_weeks").formfield(min_value=1, max_value=8)

    class Meta:
        model = AvailabilityRule
        fields = ["weekday", "opens_at", "closes_at", "every_n_weeks", "valid_from", "valid_until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = [("", _("Choose the day")), *Weekday.choices]

    def clean(self):
        data = super().clean()
        hours = data.get("opens_at"), data.get("closes_at")
        if None not in hours and data.get("weekday") is not None and self._overlaps(*hours, data):
            raise ValidationError(
                _("These hours overlap with others of the same day. Change those, or choose other hours."),
                code="overlap",
            )
        return data

    def _overlaps(self, opens_at, closes_at, data) -> bool:
        """Two rules that touch stand side by side; two that overlap hide a typing error."""
        others = AvailabilityRule.objects.filter(tutor=self.instance.tutor, weekday=data["weekday"])
        others = others.exclude(pk=self.instance.pk).filter(opens_at__lt=closes_at, closes_at__gt=opens_at)
        if data.get("valid_from"):
            others = others.valid(on=data["valid_from"])
        if data.get("valid_until"):
            others = others.filter(valid_from__lte=data["valid_until"])
        return others.exists()


class ExceptionForm(ItaliaModelForm):
    class Meta:
        model = AvailabilityException
        fields = ["on", "kind", "opens_at", "closes_at"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"opens_at": _("Not needed for a day without availability.")}


class PreferenceForm(ItaliaModelForm):
    video_url = forms.URLField(
        label=_("Video room"),
        required=False,
        assume_scheme="https",
        help_text=_("The link that goes into every confirmation of a video appointment."),
    )

    class Meta:
        model = TutorPreference
        fields = ["video_url", "works_on_holidays"]


class CoverageForm(ItaliaForm):
    tutor = forms.ModelChoiceField(User.objects.none(), label=_("Tutor"), help_text=_("People with the tutor role."))
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Inner area"))
    topic = forms.ModelChoiceField(Topic.objects.active(), label=_("Topic"))
    weight = forms.IntegerField(
        label=_("Share of the work"),
        initial=1,
        min_value=1,
        max_value=10,
        help_text=_("2 takes twice as many hours as 1 before another tutor’s turn comes."),
    )

    def __init__(self, *args, planner: User, **kwargs):
        super().__init__(*args, **kwargs)
        scope = planner.scope
        areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
        roles = RoleAssignment.objects.current(on=timezone.localdate()).filter(role=RoleAssignment.Role.TUTOR)
        tutors = User.objects.filter(is_active=True, pk__in=roles.filter(area__in=areas).values("user"))
        self.fields["area"].queryset, self.fields["tutor"].queryset = areas, tutors
        if len(areas) == 1:
            self.fields["area"].initial = areas[0]


class HandoverForm(ItaliaForm):
    reason = forms.CharField(label=_("Reason"), max_length=250, help_text=_("The people and the new tutors read it."))

    def __init__(self, *args, left: int, **kwargs):
        """With `left` appointments that find nobody, the topics end only after a tick."""
        super().__init__(*args, **kwargs)
        if left:
            text = ngettext(
                "End anyway: %(number)s appointment remains to be given away",
                "End anyway: %(number)s appointments remain to be given away",
                left,
            )
            self.fields["agreed"] = forms.BooleanField(
                label=text % {"number": left},
                error_messages={"required": _("Tick it to end anyway, or go back: nothing has changed.")},
            )


class ClosureForm(ItaliaModelForm):
    class Meta:
        model = Closure
        fields = ["area", "first_on", "last_on", "reason"]

    def __init__(self, *args, planner: User, **kwargs):
        super().__init__(*args, **kwargs)
        scope, area = planner.scope, self.fields["area"]
        if scope.is_anci:
            area.empty_label = _("All inner areas")
        else:
            area.required, area.queryset = True, Area.objects.filter(pk__in=scope.area_ids)


class PatronSaintForm(ItaliaModelForm):
    class Meta:
        model = PatronSaint
        fields = ["body", "name", "day", "month"]

    def __init__(self, *args, planner: User, **kwargs):
        super().__init__(*args, **kwargs)
        scope, bodies = planner.scope, PublicBody.objects.current().filter(patron_saint=None)
        own = bodies.in_areas() if scope.is_anci else bodies.filter(area__in=scope.area_ids)
        self.fields["body"].queryset = own.order_by("name")
