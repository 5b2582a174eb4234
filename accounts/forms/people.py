"""Forms of the profile and of the coordination pages."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleAssignment, User
from accounts.permissions import OF_THE_AREA
from lib.italia_forms import ItaliaForm, ItaliaModelForm
from territory.models import Area, PublicBody

Role = RoleAssignment.Role


class NameForm(ItaliaModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name"]


class EmploymentForm(ItaliaForm):
    body = forms.ModelChoiceField(PublicBody.objects.none(), widget=forms.HiddenInput)
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    started_on = forms.DateField(label=_("First day at this body"), widget=forms.DateInput)
    share_percent = forms.IntegerField(
        label=_("Share of working time (%)"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_("For who works for several bodies: how much of the week goes to this one."),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = PublicBody.objects.offered_to(user)

    def clean_started_on(self):
        day = self.cleaned_data["started_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The first day is in the future: add the body on that day."), code="future")
        if day.year < 1950:
            raise forms.ValidationError(_("Check the year of the first day."), code="too_early")
        return day


class EmploymentEndForm(ItaliaForm):
    ended_on = forms.DateField(label=_("Last day at this body"), widget=forms.DateInput)

    def clean_ended_on(self):
        day = self.cleaned_data["ended_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The last day cannot be in the future."), code="future")
        return day


class DecisionForm(ItaliaForm):
    reason = forms.CharField(label=_("Why it is not confirmed (the person reads it)"), max_length=300)


class InvitationForm(ItaliaForm):
    body = forms.ModelChoiceField(PublicBody.objects.none(), widget=forms.HiddenInput)
    first_name = forms.CharField(label=_("First name"), max_length=60)
    last_name = forms.CharField(label=_("Last name"), max_length=60)
    email = forms.EmailField(label=_("E-mail address"))
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies_of(actor)

    def clean_first_name(self):
        return _checked_name(self.cleaned_data["first_name"], "first_name")

    def clean_last_name(self):
        return _checked_name(self.cleaned_data["last_name"], "last_name")


def _checked_name(name: str, field: str) -> str:
    User._meta.get_field(field).run_validators(name)
    return name


def bodies_of(actor: User):
    """The listed bodies for which this person may invite."""
    scope, bodies = actor.scope, PublicBody.objects.current()
    return bodies if scope.is_anci else bodies.filter(Q(pk__in=scope.body_ids) | Q(area__in=scope.area_ids))


class MoveForm(ItaliaForm):
    body = forms.ModelChoiceField(PublicBody.objects.none(), widget=forms.HiddenInput)
    first_on = forms.DateField(label=_("First day at the new body"), widget=forms.DateInput)
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    share_percent = forms.IntegerField(label=_("Share of working time (%)"), min_value=1, max_value=100)

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies_of(actor)


class RoleForm(ItaliaForm):
    """One choice holds the role, the other what it reaches; only what the giver may give is offered."""

    role = forms.ChoiceField(label=_("Role to give"))
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Inner area (tutors and coordinators)"),
        required=False,
        empty_label=_("No area"),
    )
    body = forms.ModelChoiceField(
        PublicBody.objects.none(), label=_("Body (referents)"), required=False, empty_label=_("No body")
    )
    until = forms.DateField(label=_("Until"), widget=forms.DateInput, required=False)

    def __init__(self, *args, actor: User, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        scope = actor.scope
        offered = list(Role) if scope.is_anci else [role for role in Role if role in OF_THE_AREA]
        self.fields["role"].choices = [(role.value, role.label) for role in offered]
        areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
        self.fields["area"].queryset = areas
        bodies = PublicBody.objects.filter(employments__in=user.employments.confirmed().filter(ended_on=None))
        self.fields["body"].queryset = bodies if scope.is_anci else bodies.filter(area__in=scope.area_ids)

    def clean(self):
        data = super().clean()
        role = data.get("role")
        if role in {Role.TUTOR, Role.COORDINATOR} and not data.get("area"):
            self.add_error("area", _("Choose the area of this role."))
        if role == Role.REFERENT and not data.get("body"):
            self.add_error("body", _("Choose the body of this role."))
        if role != Role.REFERENT:
            data["body"] = None
        if role not in {Role.TUTOR, Role.COORDINATOR}:
            data["area"] = None
        return data


STATES = [
    ("", _("Any state")),
    ("confirmed", _("Confirmed")),
    ("awaiting", _("To be confirmed")),
    ("none", _("Without employment")),
]


class PeopleFilterForm(ItaliaForm):
    """Filters live in the address; a value that is not offered is ignored."""

    q = forms.CharField(label=_("Name or e-mail address"), max_length=100, required=False)
    area = forms.ModelChoiceField(
        Area.objects.none(), label=_("Inner area"), required=False, to_field_name="slug", empty_label=_("All areas")
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(label=_("Employment"), required=False, choices=STATES)
    body = forms.ModelChoiceField(PublicBody.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        scope = actor.scope
        if not scope.is_coordinator:  # a referent looks for a name among the own staff
            del self.fields["area"], self.fields["role"]
            return
        areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
        self.fields["area"].queryset = areas
        self.fields["role"].choices = [("", _("Any role")), *Role.choices]
