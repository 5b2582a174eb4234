"""Clean input for the courses' pages."""

import re
from datetime import UTC, datetime, time

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment, RoleAssignment, User
from courses import connection_log
from courses.models import Attendance, CoursePage, Edition, Enrolment, LiveSession
from courses.models.margin import LONGEST_TEXT
from courses.presence import Stay
from lib.choice_fields import KeysField
from lib.csv_rows import decode, read_rows
from lib.italia_forms import ItaliaForm, ItaliaModelForm
from territory.models import Area, PublicBody

LOG_BYTES = 1_000_000
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


class EnrolmentForm(ItaliaForm):
    """For which of the own bodies, in which edition."""

    edition = forms.ModelChoiceField(Edition.objects.none(), widget=forms.HiddenInput)
    employment = forms.ModelChoiceField(
        Employment.objects.none(), label=_("For which body"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args, editions, employments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions
        self.fields["employment"].queryset = employments
        self.fields["employment"].label_from_instance = lambda employment: str(employment.body)
        only = list(employments)
        if len(only) == 1:
            self.fields["employment"].widget = forms.HiddenInput()
            self.fields["employment"].initial = only[0].pk


class StaffFilterForm(ItaliaForm):
    """Whom to enrol: the filters live in the address."""

    q = forms.CharField(label=_("Name, address, body or job"), max_length=100, required=False)
    area = forms.ModelChoiceField(
        Area.objects.none(), label=_("Inner area"), required=False, to_field_name="slug", empty_label=_("All areas")
    )

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        scope = actor.scope
        areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
        self.fields["area"].queryset = areas
        if len(areas) < 2:
            del self.fields["area"]

    def narrow(self, staff):
        """The employments that the filters leave; a value that is not offered is ignored."""
        self.is_valid()
        found = staff.matching(self.cleaned_data.get("q", ""))
        area = self.cleaned_data.get("area")
        return found.filter(body__area=area) if area else found


class StaffChoiceForm(forms.Form):
    """The ticked rows of a list, or all of it."""

    people = KeysField(Employment.objects.none(), required=False)
    everybody = forms.BooleanField(required=False)

    def __init__(self, *args, staff, most: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.staff, self.most = staff, most
        self.fields["people"].queryset = staff

    def clean(self):
        chosen = self.staff if self.cleaned_data.get("everybody") else self.cleaned_data.get("people", [])
        self.cleaned_data["chosen"] = list(chosen[: self.most + 1])
        if not self.errors and not self.cleaned_data["chosen"]:
            raise forms.ValidationError(_("Tick at least one person."), code="nobody")
        if len(self.cleaned_data["chosen"]) > self.most:
            text = _("At most %(most)d people in one go: narrow the list with the filters.")
            raise forms.ValidationError(text, code="too_many", params={"most": self.most})


class InvitationLinkForm(ItaliaForm):
    until = forms.DateField(
        label=_("The link is valid until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EditionForm(ItaliaModelForm):
    areas = KeysField(Area.objects.none(), label=_("Inner areas"), widget=forms.CheckboxSelectMultiple, required=False)
    bodies = KeysField(
        PublicBody.objects.none(),
        label=_("Only for these bodies"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "long"}),
        required=False,
        help_text=_("Beside the areas ticked above. Neither areas nor bodies: for everybody."),
    )
    tutors = KeysField(User.objects.none(), label=_("Tutors"), widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = Edition
        fields = [
            "course",
            "code",
            "title",
            "starts_on",
            "ends_on",
            "enrol_from",
            "enrol_until",
            "due_on",
            "due_days",
            "admission",
            "minimum",
            "capacity",
            "offer_hours",
            "place",
            "video_url",
        ]
        widgets = dict.fromkeys(
            ["starts_on", "ends_on", "enrol_from", "enrol_until", "due_on"],
            forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    field_order = ["course", "code", "title", "areas", "bodies"]

    def __init__(self, *args, actor: User, on, **kwargs):
        super().__init__(*args, **kwargs)
        scope = actor.scope
        areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
        tutors = RoleAssignment.objects.current(on=on).filter(role=RoleAssignment.Role.TUTOR, area__in=areas)
        self.fields["areas"].queryset = areas
        self.fields["bodies"].queryset = PublicBody.objects.current().filter(area__in=areas).order_by("name", "pk")
        self.fields["tutors"].queryset = User.objects.filter(pk__in=tutors.values("user"), is_active=True)
        self.fields["course"].queryset = CoursePage.objects.live().filter(is_in_preparation=False, is_archived=False)
        if self.instance.pk:
            self.initial |= {name: getattr(self.instance, name).all() for name in ("areas", "bodies", "tutors")}


class EditionCopyForm(ItaliaForm):
    code = forms.SlugField(label=_("Code of the new edition"), max_length=40)
    starts_on = forms.DateField(
        label=_("New first day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Every other date and the meetings move by as many days."),
    )


class CopyToDatesForm(forms.Form):
    """In the CMS: the copy's name and code, and when its editions begin."""

    title = forms.CharField(label=_("Title of the copy"), max_length=255)
    code = forms.CharField(label=_("Code of the copy"), max_length=12)
    starts_on = forms.DateField(
        label=_("First day of the first edition on dates"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        help_text=_("The other editions keep their distance. Empty: the editions on dates are not copied."),
    )

    def clean_code(self):
        code = self.cleaned_data["code"]
        if CoursePage.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another course has this code."), code="taken")
        return code


class LiveSessionForm(ItaliaModelForm):
    class Meta:
        model = LiveSession
        fields = ["title", "starts_at", "ends_at", "place"]
        widgets = dict.fromkeys(
            ["starts_at", "ends_at"], forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )


class ReasonForm(ItaliaForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class MessageForm(ItaliaForm):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(label=_("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))
    key = forms.UUIDField(widget=forms.HiddenInput)  # one page, one message: sent twice it leaves once


class CompletionForm(ReasonForm):
    """Set or undo; `is_complete` is what the page promised, so that two people do not undo each other unseen."""

    is_complete = forms.TypedChoiceField(
        choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1", widget=forms.HiddenInput
    )


class ExtensionForm(ReasonForm):
    due_on = forms.DateField(label=_("New due date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    field_order = ["due_on", "reason"]


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
