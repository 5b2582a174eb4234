"""People come in by signing up or by invitation; names are corrected."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.actions.employments import add_employment, confirm_invited
from accounts.actions.roles import store_role
from accounts.models import Employment, PolicyAcceptance, PolicyVersion, RoleAssignment, User
from accounts.permissions import can_correct_name, can_invite_for
from journal.actions import record
from territory.models import PublicBody


@transaction.atomic
def sign_up(
    *,
    email: str,
    password: str | None,
    first_name: str,
    last_name: str,
    body: PublicBody | None,
    job_title: str,
    now: datetime,
) -> User:
    """Create a person whose address is still to be verified, with the acceptance of the privacy page of today."""
    user = _create_person(email=email, password=password, first_name=first_name, last_name=last_name, now=now)
    accept_policy(user, now=now)
    if body:
        add_employment(user=user, body=body, job_title=job_title, actor=user, now=now)
    record("sign_up", user, actor=user, now=now)
    return user


@transaction.atomic
def invite(
    *, email: str, first_name: str, last_name: str, body: PublicBody, job_title: str, actor: User, now: datetime
) -> None:
    """Make a person of the body's staff and send a link to choose a password.

    Whether the address is known already is told to its owner only: the inviter sees the same answer, unless the
    person is confirmed staff of this body, whom the inviter sees anyway (code "works_here").
    """
    if not can_invite_for(actor, body):
        raise ValidationError({"body": ValidationError(_("Choose a body from the list."), code="not_entitled")})
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known and _works_at(body, known, now=now):
        text = _("%(name)s already works for this body.") % {"name": known}
        raise ValidationError({"email": ValidationError(text, code="works_here")})
    if known:
        emails.queue_invitation_to_known(known, body=body, actor=actor, now=now)
    else:
        user = _create_person(email=email, password=None, first_name=first_name, last_name=last_name, now=now)
        employment = add_employment(user=user, body=body, job_title=job_title, actor=actor, now=now)
        confirm_invited(employment, actor=actor, now=now)
        emails.queue_invitation(user, body=body, actor=actor, now=now)
    record(
        "invite", body, actor=actor, now=now, area=body.area.slug if body.area else "", after={"email": email.strip()}
    )


def _works_at(body: PublicBody, person: User, *, now: datetime) -> bool:
    works = Employment.objects.of(person, on=timezone.localdate(now)).confirmed()
    return works.filter(body=body).exists()


def _create_person(*, email: str, password: str | None, first_name: str, last_name: str, now: datetime) -> User:
    user = User(email=email.strip().lower(), first_name=_tidy(first_name), last_name=_tidy(last_name), date_joined=now)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@transaction.atomic
def correct_name(user: User, *, first_name: str, last_name: str, actor: User, now: datetime, reason: str = "") -> User:
    """Certificates that are already issued keep the name they were issued with."""
    if not can_correct_name(actor, user):
        raise ValidationError(_("This name cannot be corrected from here."), code="not_entitled")
    user = User.objects.select_for_update().get(pk=user.pk)
    before = {"first_name": user.first_name, "last_name": user.last_name}
    after = {"first_name": _tidy(first_name), "last_name": _tidy(last_name)}
    if before == after:
        return user
    user.first_name, user.last_name = after.values()
    user.full_clean(exclude=["password"])
    user.save(update_fields=["first_name", "last_name"])
    record("correct_name", user, actor=actor, now=now, before=before, after=after, reason=reason)
    return user


@transaction.atomic
def accept_policy(user: User, *, now: datetime) -> None:
    """Note that the person has read the privacy page in force; a second time changes nothing."""
    policy = PolicyVersion.objects.latest_version()
    if policy:
        PolicyAcceptance.objects.get_or_create(user=user, policy=policy, defaults={"accepted_at": now})


@transaction.atomic
def publish_policy(*, version: str, published_on: date, text: str, now: datetime) -> PolicyVersion:
    """Keep a version of the privacy page; a version that exists is never rewritten."""
    policy, is_new = PolicyVersion.objects.get_or_create(
        version=version, defaults={"published_on": published_on, "text": text}
    )
    if is_new:
        record("publish_policy", policy, now=now, after={"version": version})
    return policy


@transaction.atomic
def create_administrator(*, email: str, password: str, first_name: str, last_name: str, now: datetime) -> User:
    """The first ANCI coordinator, made at the console; the second factor is asked for at the first login.

    Raise ValidationError with code "administrator_exists" when there is one already.
    """
    if RoleAssignment.objects.administrators().exists():
        raise ValidationError(_("There already is an ANCI coordinator."), code="administrator_exists")
    user = _create_person(email=email, password=password, first_name=first_name, last_name=last_name, now=now)
    user.emailaddress_set.update(verified=True)
    store_role(user, role=RoleAssignment.Role.ANCI, area=None, body=None, until=None, actor=None, now=now)
    return user


def _tidy(name: str) -> str:
    return " ".join(name.split())
