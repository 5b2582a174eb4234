"""Asking for a session, and answering."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleAssignment, User
from lib.italia_forms import ItaliaForm
from tutorship.models import Coverage, PreferredWindow, SessionRequest
from tutorship.models.booking import QUESTION_LENGTH
from tutorship.models.request import MOST_WINDOWS


class RequestForm(ItaliaForm):
    question = forms.CharField(
        label=_("What it is about"),
        max_length=QUESTION_LENGTH,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Who coordinates the area reads it, and then the tutor. No names of citizens."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_WINDOWS + 1):
            self.fields[f"on_{number}"] = forms.DateField(
                label=_("Day %(number)s") % {"number": number},
                required=number == 1,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            )
            self.fields[f"part_{number}"] = forms.ChoiceField(
                label=_("Part of day %(number)s") % {"number": number},
                choices=PreferredWindow.Part.choices,
                required=False,
            )

    @property
    def windows(self) -> list[tuple[date, str]]:
        """Day and part of the day, as `ask_for_session` takes them."""
        data, anytime = self.cleaned_data, PreferredWindow.Part.ALL_DAY.value
        pairs = [(data[f"on_{n}"], data[f"part_{n}"] or anytime) for n in range(1, MOST_WINDOWS + 1)]
        return [pair for pair in pairs if pair[0]]


class MatchForm(ItaliaForm):
    tutor = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Tutor"),
        help_text=_("The tutors of the area; the list says who answers on the topic."),
    )
    starts_at = forms.DateTimeField(
        label=_("Beginning"), help_text=_("Agreed with the tutor; it may lie outside the published hours.")
    )

    def __init__(self, *args, request: SessionRequest, **kwargs):
        super().__init__(*args, **kwargs)
        roles = RoleAssignment.objects.current(on=timezone.localdate()).filter(role=RoleAssignment.Role.TUTOR)
        tutors = User.objects.filter(is_active=True, pk__in=roles.filter(area=request.area).values("user"))
        covering = Coverage.objects.current(on=timezone.localdate()).filter(
            topic=request.topic_id, area=request.area_id
        )
        answering = set(covering.values_list("tutor_id", flat=True))
        self.fields["tutor"].label_from_instance = lambda tutor: _name(tutor, answers=tutor.pk in answering)
        self.fields["tutor"].queryset = tutors.exclude(pk=request.learner_id).order_by("last_name", "pk")

    def clean_starts_at(self):
        starts_at = self.cleaned_data["starts_at"]
        if starts_at.second or starts_at.minute % 5:
            raise ValidationError(_("Choose a full five minutes."), code="off_the_marks")
        return starts_at


def _name(tutor: User, *, answers: bool) -> str:
    text = _("%(tutor)s (answers on the topic)") if answers else _("%(tutor)s (does not answer on the topic)")
    return text % {"tutor": tutor}


class AnswerForm(ItaliaForm):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is possible instead: a tutor of another area, a course, another month."),
    )
