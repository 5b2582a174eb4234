"""The rating of a session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.italia_forms import ItaliaForm
from tutorship.models import Rating


class RatingForm(ItaliaForm):
    stars = forms.TypedChoiceField(
        label=_("How useful was the session?"), choices=Rating.Stars.choices, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The coordinators of the area read it; the tutor does not."),
    )
