"""allauth's forms in our markup and words."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.recovery_codes import forms as recovery_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import accept_policy, sign_up
from accounts.models import PolicyVersion, User
from accounts.models.user import name_validator
from lib.italia_forms import ItaliaMixin
from territory.models import PublicBody


class PlainFieldsMixin(ItaliaMixin):
    """Labels above the controls say it all: allauth's placeholders go, and its words become ours."""

    labels = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "code": _("Six-digit code, or a recovery code"),
        "password": _("Password"),
        "oldpassword": _("Password in use"),
        "password1": _("Password of your choice"),
        "password2": _("The same password again"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "At least 12 characters: three or four words are easy to keep in mind."
            )
        for name in {"password", "oldpassword"} & set(self.fields):
            self.fields[name].help_text = ""  # allauth's link to the reset page stands below the form


class LoginForm(PlainFieldsMixin, account_forms.LoginForm):
    pass


def policy_label() -> SafeString:
    link = format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a>', reverse("accounts:policy_detail"), gettext("privacy page")
    )
    return format_html(gettext("I have read the {} (it opens in a new window)"), link)


class SignupForm(PlainFieldsMixin, account_forms.SignupForm):
    body = forms.ModelChoiceField(PublicBody.objects.none(), required=False, widget=forms.HiddenInput)
    first_name = forms.CharField(label=_("First name"), max_length=60, validators=[name_validator])
    last_name = forms.CharField(label=_("Last name"), max_length=60, validators=[name_validator])
    job_title = forms.CharField(
        label=_("Job title"), max_length=120, required=False, help_text=_("For example: administrative officer.")
    )
    privacy = forms.BooleanField(error_messages={"required": _("To go on, the privacy page has to be read.")})
    field_order = ["body", "first_name", "last_name", "job_title", "email", "password1", "password2", "privacy"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = PublicBody.objects.current()
        self.fields["privacy"].label = policy_label()
        self.fields["email"].help_text = _("Better the one of the office: it may confirm your employment at once.")
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs["autocomplete"] = {"first_name": "given-name"}.get(name, "family-name")

    def save(self, request) -> User:
        return sign_up(
            email=self.cleaned_data["email"],
            password=self.cleaned_data["password1"],
            first_name=self.cleaned_data["first_name"],
            last_name=self.cleaned_data["last_name"],
            body=self.cleaned_data["body"],
            job_title=self.cleaned_data["job_title"],
            now=timezone.now(),
        )

    def try_save(self, request):
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # a known address must not answer faster than a new one
        return super().try_save(request)


class ResetPasswordForm(PlainFieldsMixin, account_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainFieldsMixin, account_forms.ResetPasswordKeyForm):
    """Also the first step of who was invited: the privacy page is read here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.user and not self.user.policy_acceptances.exists() and PolicyVersion.objects.exists():
            self.fields["privacy"] = forms.BooleanField(
                label=policy_label(), error_messages={"required": _("To go on, the privacy page has to be read.")}
            )

    def save(self) -> None:
        super().save()
        if self.cleaned_data.get("privacy"):
            accept_policy(self.user, now=timezone.now())


class ChangePasswordForm(PlainFieldsMixin, account_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainFieldsMixin, account_forms.SetPasswordForm):
    pass


class AddEmailForm(PlainFieldsMixin, account_forms.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ReauthenticateForm(PlainFieldsMixin, account_forms.ReauthenticateForm):
    pass


class CodeMixin(PlainFieldsMixin):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "text", "autocapitalize": "off", "spellcheck": "false"}


class AuthenticateForm(CodeMixin, mfa_forms.AuthenticateForm):
    pass


class SecondFactorReauthenticateForm(CodeMixin, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(CodeMixin, totp_forms.ActivateTOTPForm):
    labels = {"code": _("Six-digit code shown by the app")}


class DeactivateTOTPForm(PlainFieldsMixin, totp_forms.DeactivateTOTPForm):
    pass


class GenerateRecoveryCodesForm(PlainFieldsMixin, recovery_forms.GenerateRecoveryCodesForm):
    pass
