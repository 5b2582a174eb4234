"""Registers, apologies and the logs of video rooms."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses import connection_log
from courses.models import Attendance, Enrolment, LiveSession
from courses.presence import Stay
from lib.csv_rows import decode, is_table, read_rows
from lib.italia_forms import ItaliaForm

LOG_BYTES = 1_000_000


class ExcuseForm(ItaliaForm):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class LogUploadForm(ItaliaForm):
    file = forms.FileField(
        label=_("CSV file of the connections"), widget=forms.FileInput(attrs={"accept": ".csv,.txt"})
    )

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > LOG_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB: is it the right one?"), code="too_large")
        try:
            text = decode(upload.read())
            rows = read_rows(text)
        except (ValueError, UnicodeError) as error:
            message = _("The file is not a CSV: save the sheet as “CSV” and try again.")
            raise forms.ValidationError(message, code="not_csv") from error
        if not rows:
            raise forms.ValidationError(_("The file has no rows below its header."), code="empty")
        if not is_table(rows):
            message = _("The file has one column only: save the sheet as CSV with semicolons and try again.")
            raise forms.ValidationError(message, code="one_column")
        return text


class LogColumnsForm(ItaliaForm):
    """Which column of the log holds what. The text travels with the page: nothing is kept until it is written."""

    text = forms.CharField(widget=forms.HiddenInput, max_length=LOG_BYTES, strip=False)
    email = forms.ChoiceField(label=_("E-mail address"))
    joined = forms.ChoiceField(label=_("Joined"))
    left = forms.ChoiceField(label=_("Left"))
    leave_out_unknown = forms.BooleanField(label=_("Leave out the addresses that are not enrolled"), required=False)

    def __init__(self, data):
        super().__init__(data)
        try:
            self.rows = read_rows(data.get("text", ""))
        except ValueError:
            self.rows = []
        columns = [name for name in (self.rows[0] if self.rows else {}) if name]
        for name in connection_log.COLUMNS:
            self.fields[name].choices = [(column, column) for column in columns]

    @staticmethod
    def first_data(text: str) -> dict[str, str]:
        return {"text": text, **connection_log.guess(read_rows(text)[0])}


class RegisterForm(ItaliaForm):
    """One page of a meeting's register: of each person whether in the room, from when until when."""

    def __init__(self, *args, session: LiveSession, enrolments: list[Enrolment], all_present: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.session, self.enrolments = session, enrolments
        rows = Attendance.objects.filter(session=session, enrolment__in=enrolments).prefetch_related("presences")
        self.attendances = {row.enrolment_id: row for row in rows}
        for enrolment in enrolments:
            self._add_row(enrolment, self._known(enrolment), all_present=all_present)

    def _known(self, enrolment: Enrolment) -> Stay | None:
        """What the register, or else the code in the room, says of this person so far."""
        attendance = self.attendances.get(enrolment.pk)
        stays = [row for row in attendance.presences.all() if row.source != row.Source.LOG] if attendance else []
        return stays[0].as_stay() if stays else None

    def _add_row(self, enrolment: Enrolment, known: Stay | None, *, all_present: bool) -> None:
        stay = known or self.session.whole()
        self.fields[f"present-{enrolment.pk}"] = forms.BooleanField(
            label=_("Present: %(person)s") % {"person": enrolment.user},
            required=False,
            initial=all_present or known is not None,
        )
        times = [("joined", _("From, %(person)s"), stay.joined), ("left", _("Until, %(person)s"), stay.left)]
        for name, label, moment in times:
            self.fields[f"{name}-{enrolment.pk}"] = forms.TimeField(
                label=label % {"person": enrolment.user},
                required=False,
                initial=timezone.localtime(moment).time().replace(second=0, microsecond=0),
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            )

    def rows(self) -> list[dict]:
        return [
            {
                "enrolment": enrolment,
                "attendance": self.attendances.get(enrolment.pk),
                **{name: self[f"{name}-{enrolment.pk}"] for name in ("present", "joined", "left")},
            }
            for enrolment in self.enrolments
        ]

    def clean(self):
        self.stays = {enrolment.pk: self._stay(enrolment.pk) for enrolment in self.enrolments}

    def _stay(self, key: int) -> Stay | None:
        if not self.cleaned_data.get(f"present-{key}"):
            return None
        whole = self.session.whole()
        joined, left = (self._moment(self.cleaned_data.get(f"{name}-{key}")) for name in ("joined", "left"))
        stay = Stay(joined or whole.joined, left or whole.left)
        if not max(stay.joined, whole.joined) < min(stay.left, whole.left):
            text = _("These times lie outside the meeting, or the end comes before the start.")
            self.add_error(f"left-{key}", forms.ValidationError(text, code="outside_meeting"))
        return stay

    def _moment(self, clock: time | None) -> datetime | None:
        if clock is None:
            return None
        day = timezone.localdate(self.session.starts_at)
        return timezone.make_aware(datetime.combine(day, clock))
