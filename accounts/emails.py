"""Messages about employments and invitations. People read Italian, whatever language the sender works in."""

from datetime import datetime
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from journal.actions import queue_mail
from territory.models import PublicBody


def queue_employment_confirmed(employment: Employment, *, now: datetime) -> None:
    with translation.override("it"):
        subject = _("Confirmed: %(body)s") % {"body": employment.body}
        context = {"employment": employment, "person": employment.user, "link": _link("accounts:profile")}
        _queue("employment_confirmed", employment.user.email, subject, context, key=employment.pk, now=now)


def queue_employment_refused(employment: Employment, *, now: datetime) -> None:
    with translation.override("it"):
        subject = _("Not confirmed: %(body)s") % {"body": employment.body}
        context = {"employment": employment, "person": employment.user, "link": _link("accounts:profile")}
        _queue("employment_refused", employment.user.email, subject, context, key=employment.pk, now=now)


def queue_invitation(user: User, *, body: PublicBody, actor: User, now: datetime) -> None:
    """The link is a password link: it works once, for as many days as PASSWORD_RESET_TIMEOUT says."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    context = {
        "person": user,
        "body": body,
        "actor": actor,
        "link": _link("account_reset_password_from_key", **key),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "reset_link": _link("account_reset_password"),
    }
    with translation.override("it"):
        _queue("invitation", user.email, _invitation_subject(body), context, key=user.pk, now=now)


def queue_invitation_to_known(user: User, *, body: PublicBody, actor: User, now: datetime) -> None:
    context = {"person": user, "body": body, "actor": actor, "link": _link("accounts:employment_create")}
    with translation.override("it"):
        key = f"{user.pk}:{body.pk}:{uuid4().hex[:12]}"
        _queue("invitation_known", user.email, _invitation_subject(body), context, key=key, now=now)


def _invitation_subject(body: PublicBody) -> str:
    return _("Invitation to Competenze in Comune: %(body)s") % {"body": body}


def _link(name: str, **kwargs) -> str:
    return settings.SITE_URL + reverse(name, kwargs=kwargs)


def _queue(name: str, recipient: str, subject: str, context: dict, *, key: object, now: datetime) -> None:
    text = render_to_string(f"accounts/emails/{name}.txt", context)
    queue_mail(
        kind=f"accounts.{name}", key=f"{name}:{key}", recipient=recipient, subject=subject[:250], text=text, now=now
    )
