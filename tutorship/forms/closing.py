"""Attendance and outcome of a session on one page, and what follows."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from courses.models import CoursePage
from lib.italia_forms import ItaliaForm
from tutorship.actions.closing import OVERTIME_MINUTES
from tutorship.models import Booking, Outcome, Session

PRESENT, ABSENT = "present", "absent"
KINDS = [choice for choice in Outcome.Kind.choices if choice[0] != Outcome.Kind.NO_SHOW]
NOTE_LENGTH, SUMMARY_LENGTH = 4_000, 4_000


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Private note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nobody else reads it, not even the coordinators."),
    )


class NoteForm(ItaliaForm):
    note = note_field()


class TaskForm(ItaliaForm):
    """What somebody has to do until when. Within the form of the outcome all of it may stay empty."""

    text = forms.CharField(label=_("What is to be done"), max_length=250)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"), empty_label=_("Choose the person"))
    due_on = forms.DateField(label=pgettext_lazy("task", "Until"), widget=forms.DateInput)

    def __init__(self, *args, session: Session, is_optional: bool = False, **kwargs):
        super().__init__(*args, empty_permitted=is_optional, use_required_attribute=not is_optional, **kwargs)
        people = Booking.objects.active().filter(session=session).values("learner")
        self.fields["owner"].queryset = User.objects.filter(pk=session.tutor_id) | User.objects.filter(pk__in=people)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day is over: choose one to come."), code="in_the_past")
        return day


class OutcomeForm(ItaliaForm):
    """Who was there and what came of it; `close_session` and `correct_outcome` take what `facts` gives."""

    kind = forms.ChoiceField(
        label=_("How it ended"),
        choices=KINDS,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Needed as soon as somebody was present."),
    )
    summary = forms.CharField(
        label=_("Outcome"),
        required=False,
        max_length=SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was decided, in a few lines. Whoever took part reads it. Not needed when nobody came."),
    )
    needs_course = forms.ModelChoiceField(
        CoursePage.objects.none(),
        label=_("Recommended course"),
        required=False,
        empty_label=_("No course"),
        help_text=_("Whoever took part finds the course in the message about the outcome."),
    )

    def __init__(self, *args, session: Session, **kwargs):
        super().__init__(*args, **kwargs)
        self.session = session
        self.bookings = list(session.bookings.active().for_display().order_by("pk"))
        open_courses = CoursePage.objects.live().filter(is_archived=False, is_in_preparation=False)
        self.fields["needs_course"].queryset = open_courses.order_by("title")
        self.fields["kind"].is_conditional = True  # the help says when
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
    def facts(self) -> dict:
        data = self.cleaned_data
        return {name: data[name] for name in ("kind", "summary", "needs_course")} | {
            "attended_minutes": {
                booking.pk: data[f"minutes_{booking.pk}"] if data[f"attendance_{booking.pk}"] == PRESENT else None
                for booking in self.bookings
            }
        }


class CloseForm(OutcomeForm):
    """The outcome for the first time; the tutor may leave a private note along with it."""

    note = note_field()

    def __init__(self, *args, is_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_own:
            del self.fields["note"]


class CorrectForm(OutcomeForm):
    reason = forms.CharField(
        label=_("Why it is corrected"), max_length=250, help_text=_("The register of activities keeps it.")
    )

    def __init__(self, *args, outcome: Outcome, may_read: bool, **kwargs):
        """Coordinators put the attendance right; what was talked about stays between tutor and person."""
        super().__init__(*args, **kwargs)
        self.outcome = outcome
        self.initial |= {"kind": outcome.kind, "summary": outcome.summary, "needs_course": outcome.needs_course}
        for booking in self.bookings:
            was_there = booking.attendance == Booking.Attendance.ATTENDED
            self.initial[f"attendance_{booking.pk}"] = PRESENT if was_there else ABSENT
            self.initial[f"minutes_{booking.pk}"] = booking.attended_minutes or self.session.length_minutes
        if outcome.summary and not may_read:
            del self.fields["summary"]

    @property
    def facts(self) -> dict:
        self.cleaned_data.setdefault("summary", self.outcome.summary)
        return super().facts | {"reason": self.cleaned_data["reason"]}
