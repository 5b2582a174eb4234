"""Messages about employments and invitations. People read Italian, whatever language the sender works in."""

from datetime import datetime
from uuid import uuid4

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Employment, ErasureRequest, User
from journal.actions import mail_row, queue_mails
from journal.models import Job, OutgoingMail
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
    queue_mails([invitation(user, body=body, actor=actor, now=now)])


class FirstLinkGenerator(PasswordResetTokenGenerator):
    """allauth's token for somebody whose only address is the login, as of all new people: asks the database nothing."""

    def _make_hash_value(self, user, timestamp):
        return super()._make_hash_value(user, timestamp) + user.email


def invitation(user: User, *, body: PublicBody, actor: User, now: datetime) -> OutgoingMail:
    """The link is a password link: it works once, for as many days as PASSWORD_RESET_TIMEOUT says."""
    key = {"uidb36": user_pk_to_url_str(user), "key": FirstLinkGenerator().make_token(user)}
    context = {
        "person": user,
        "body": body,
        "actor": actor,
        "link": _link("account_reset_password_from_key", **key),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "reset_link": _link("account_reset_password"),
    }
    with translation.override("it"):
        return _row("invitation", user.email, _invitation_subject(body), context, key=user.pk, now=now)


def queue_invitation_to_known(user: User, *, body: PublicBody, actor: User, now: datetime) -> None:
    queue_mails([invitation_to_known(user, body=body, actor=actor, key=uuid4().hex[:12], now=now)])


def invitation_to_known(user: User, *, body: PublicBody, actor: User, key: str, now: datetime) -> OutgoingMail:
    context = {"person": user, "body": body, "actor": actor, "link": _link("accounts:employment_create")}
    with translation.override("it"):
        key = f"{user.pk}:{body.pk}:{key}"
        return _row("invitation_known", user.email, _invitation_subject(body), context, key=key, now=now)


def _invitation_subject(body: PublicBody) -> str:
    return _("Invitation to Competenze in Comune: %(body)s") % {"body": body}


def _link(name: str, **kwargs) -> str:
    return settings.SITE_URL + reverse(name, kwargs=kwargs)


def queue_staff_imported(job: Job, *, now: datetime) -> None:
    with translation.override("it"):
        context = {"job": job, "person": job.requested_by, "link": _link("accounts:staff_import_detail", pk=job.pk)}
        _queue("staff_imported", job.requested_by.email, _("The staff is imported"), context, key=job.pk, now=now)


def queue_erasure_asked(request: ErasureRequest, *, now: datetime) -> None:
    with translation.override("it"):
        context = {"request": request, "person": request.user, "link": _link("accounts:own_data")}
        _queue("erasure_asked", request.user.email, _("Erasure of the account"), context, key=request.pk, now=now)


def queue_erased(address: str, *, key: int, now: datetime) -> None:
    with translation.override("it"):
        _queue("erased", address, _("The account is erased"), {}, key=key, now=now)


def _queue(name: str, recipient: str, subject: str, context: dict, *, key: object, now: datetime) -> None:
    queue_mails([_row(name, recipient, subject, context, key=key, now=now)])


def _row(name: str, recipient: str, subject: str, context: dict, *, key: object, now: datetime) -> OutgoingMail:
    text = render_to_string(f"accounts/emails/{name}.txt", context)
    return mail_row(
        kind=f"accounts.{name}", key=f"{name}:{key}", recipient=recipient, subject=subject[:250], text=text, now=now
    )
