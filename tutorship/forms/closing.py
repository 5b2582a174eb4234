"""Attendance and outcome of a session on one page."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from lib.italia_forms import ItaliaForm
from tutorship.actions.closing import OVERTIME_MINUTES
from tutorship.models import Session

PRESENT, ABSENT = "present", "absent"


class CloseForm(ItaliaForm):
    summary = forms.CharField(
        label=_("Outcome"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was decided, in a few lines. Whoever took part reads it. Not needed when nobody came."),
    )
    follow_up = forms.CharField(
        label=_("What happens next"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who does what, by when."),
    )
    needs_course = forms.ModelChoiceField(
        CoursePage.objects.none(), label=_("Recommended course"), required=False, empty_label=_("No course")
    )

    def __init__(self, *args, session: Session, **kwargs):
        super().__init__(*args, **kwargs)
        self.session = session
        self.bookings = list(session.bookings.active().for_display().order_by("pk"))
        open_courses = CoursePage.objects.live().filter(is_archived=False, is_in_preparation=False)
        self.fields["needs_course"].queryset = open_courses.order_by("title")
        self.fields = {**self._attendance_fields(), **self.fields}

    def _attendance_fields(self) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for booking in self.bookings:
            name = {"person": booking.learner}
            fields[f"attendance_{booking.pk}"] = forms.ChoiceField(
                label=_("%(person)s was") % name,
                choices=[(PRESENT, _("present")), (ABSENT, _("absent"))],
                widget=forms.RadioSelect,
            )
            fields[f"minutes_{booking.pk}"] = forms.IntegerField(
                label=_("Minutes of %(person)s") % name,
                initial=self.session.length_minutes,
                required=False,
                max_value=self.session.length_minutes + OVERTIME_MINUTES,
                validators=[MinValueValidator(1)],
                help_text=_("They go into the training record. Not counted for who was absent."),
            )
        return fields

    def clean(self):
        data = super().clean()
        for booking in self.bookings:
            name = f"minutes_{booking.pk}"
            if data.get(f"attendance_{booking.pk}") == PRESENT and data.get(name) is None and name not in self.errors:
                self.add_error(name, ValidationError(_("Write how many minutes."), code="required"))
        return data

    @property
    def attended_minutes(self) -> dict[int, int | None]:
        """Booking id -> minutes, None for absent: as `close_session` takes it."""
        data = self.cleaned_data
        return {
            booking.pk: data[f"minutes_{booking.pk}"] if data[f"attendance_{booking.pk}"] == PRESENT else None
            for booking in self.bookings
        }
