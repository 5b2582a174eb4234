"""The answers on the way to an appointment. They travel in the address, so that the back button keeps them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm
from tutorship.models import Service, Topic, read_key
from tutorship.models.booking import QUESTION_LENGTH


class OfferField(forms.CharField):
    """The key of an offer, read as tutor id and start."""

    def clean(self, value):
        key = super().clean(value)
        if not key:
            return None
        found = read_key(key)
        if found is None:
            raise ValidationError(_("Choose one of the times."), code="invalid")
        return found


class ChoicesForm(forms.Form):
    """Every answer is optional; what is missing or wrong is asked again by its step."""

    topic = forms.ModelChoiceField(Topic.objects.active(), to_field_name="slug", required=False)
    area = forms.SlugField(required=False)
    tutor = forms.IntegerField(min_value=1, max_value=10**18, required=False)
    seats = forms.IntegerField(min_value=1, required=False)
    week = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    slot = OfferField(required=False)


class QuestionForm(ItaliaForm):
    question = forms.CharField(
        label=_("The question"),
        max_length=QUESTION_LENGTH,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A few lines are enough: what has to be done, by when, where it gets stuck. No names of citizens."),
    )

    def __init__(self, *args, service: Service, draft: dict, **kwargs):
        answers = [answer for _question, answer in draft.get("answers", [])]
        initial = {"question": draft.get("question", ""), **{_intake(n): text for n, text in enumerate(answers)}}
        super().__init__(*args, initial=initial, **kwargs)
        self.asked = service.questions
        for number, question in enumerate(self.asked):
            self.fields[_intake(number)] = forms.CharField(label=question, max_length=500)

    @property
    def answers(self) -> list[list[str]]:
        """Question and answer, as they were asked: a service may ask something else tomorrow."""
        return [[question, self.cleaned_data[_intake(number)]] for number, question in enumerate(self.asked)]


def _intake(number: int) -> str:
    return f"intake_{number}"


class MoveForm(ItaliaForm):
    """The page draws the free times itself, as it does on the way to an appointment."""

    slot = OfferField(label=_("New time"), error_messages={"required": _("Choose one of the times.")})
    reason = forms.CharField(
        label=_("Reason"), max_length=250, help_text=_("The other side reads it in the message about the new time.")
    )


class CancelForm(ItaliaForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=250, help_text=_("The other side reads it in the message about the cancellation.")
    )
