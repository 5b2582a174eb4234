"""Editions, enrolments and what a coordinator decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment, RoleAssignment, User
from courses.models import CoursePage, Edition, LiveSession
from lib.choice_fields import KeysField
from lib.italia_forms import ItaliaForm, ItaliaModelForm
from territory.models import Area, PublicBody


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
