"""What a learner’s pages send: evidence of reading and watching, and notes."""

import re
from datetime import UTC, datetime

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from courses.models.margin import LONGEST_TEXT

OPENED_SALT = "courses.opened"


def sign_opening(*, user_id: int, step_id: int, now: datetime) -> str:
    """The evidence that a page carries: who opened which step when."""
    return signing.dumps([user_id, step_id, int(now.timestamp())], salt=OPENED_SALT)


class ReadingForm(forms.Form):
    """The signed opening of a lesson; anything else than the person's own page is refused."""

    opened = forms.CharField(widget=forms.HiddenInput, max_length=300)

    def __init__(self, *args, user_id: int, step_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.expected = [user_id, step_id]

    def clean_opened(self) -> datetime:
        try:
            *page, moment = signing.loads(self.cleaned_data["opened"], salt=OPENED_SALT)
        except (signing.BadSignature, ValueError):
            page, moment = None, 0
        if page != self.expected:
            raise forms.ValidationError(
                _("The page was not opened from here: reload it, nothing is lost."), code="forged"
            )
        return datetime.fromtimestamp(moment, UTC)


SPAN = re.compile(r"(\d{1,5}(?:\.\d{1,20})?)-(\d{1,5}(?:\.\d{1,20})?)", re.ASCII)


class WatchingForm(ReadingForm):
    """What a player reports: the spans played, in seconds ("0-5.4,60-62"), and where it stands."""

    spans = forms.CharField(max_length=8_000, required=False)
    rate = forms.FloatField(min_value=0.1, max_value=16)
    position = forms.FloatField(min_value=0, max_value=86_400)
    age = forms.FloatField(min_value=0, max_value=31_536_000, required=False)  # seconds since the player stood there

    def clean_spans(self) -> list[tuple[int, int]]:
        """Ends are rounded, so that spans that touch still do."""
        found = [SPAN.fullmatch(text) for text in self.cleaned_data["spans"].split(",") if text]
        if not all(found):
            raise forms.ValidationError(_("The report of the player cannot be read."), code="spans")
        return [(round(float(match[1])), round(float(match[2]))) for match in found]


class MarginForm(forms.Form):
    """What the form at the end of a lesson sends; fields that it does not send are left as they are."""

    note = forms.CharField(required=False)
    bookmark = forms.ChoiceField(choices=[("1", ""), ("0", "")], required=False)
    useful = forms.ChoiceField(choices=[("1", ""), ("0", "")], required=False)
    answer = forms.RegexField(r"^[\w-]{1,64}$", required=False)  # the key of the checkpoint question

    def clean(self):
        cleaned = super().clean()
        if any(len(text) > LONGEST_TEXT for text in [self._text("note"), *self._reflections().values()]):
            text = _("At most %(count)d characters: the text was not kept.") % {"count": LONGEST_TEXT}
            raise forms.ValidationError(text, code="too_long")
        return cleaned

    def margin(self) -> dict:
        """What `write_margin` takes."""
        given = {"reflections": self._reflections()}
        if "note" in self.data:
            given["note"] = self._text("note")
        for name, field in (("is_bookmarked", "bookmark"), ("is_useful", "useful")):
            if value := self.cleaned_data[field]:
                given[name] = value == "1"
        return given

    def choice(self) -> int:
        """The answer chosen, -1 for none."""
        value = self.data.get(f"checkpoint-{self.cleaned_data['answer']}", "")
        return int(value) if re.fullmatch(r"\d{1,3}", value, re.ASCII) else -1

    def _reflections(self) -> dict[str, str]:
        keys = [name.removeprefix("reflection-") for name in self.data if name.startswith("reflection-")]
        return {key: self._text(f"reflection-{key}") for key in keys if re.fullmatch(r"[\w-]{1,64}", key)}

    def _text(self, name: str) -> str:
        """As it was typed: a browser sends two signs for the end of a line."""
        return self.data.get(name, "").replace("\r\n", "\n").strip()
