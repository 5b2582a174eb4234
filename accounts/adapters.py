"""How allauth works here: its mails are rows of the journal, its links carry the address of the settings."""

import time
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from journal.actions import queue_mail
from journal.models import OutgoingMail

FRESH_LOGIN_SECONDS = 300


class AuthenticationBackend(AllauthBackend):
    def get_user(self, user_id):
        """The person of a session with `unread_messages` for the bell and `has_second_factor` for the middleware, in
        the one query that is asked anyway."""
        unread = OutgoingMail.objects.shown_to(OuterRef("email"), since=OuterRef("date_joined")).filter(read_at=None)
        counted = unread.order_by().values("recipient").values(count=Count("pk"))
        people = User.objects.annotate(
            unread_messages=Coalesce(Subquery(counted), 0),
            has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))),
        )
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user) -> bool:
        """Asked at the login and on every request of a session."""
        return super().user_can_authenticate(user) and may_enter(user)


def may_enter(user) -> bool:
    """Everybody knows the passwords of the invented people: they enter in the demonstration only."""
    return settings.DEMO or not user.is_demo


def home_of(user) -> str:
    return resolve_url(settings.TUTOR_REDIRECT_URL if user.scope.is_tutor else settings.LOGIN_REDIRECT_URL)


class AccountAdapter(DefaultAccountAdapter):
    def authenticate(self, request, **credentials):
        """allauth would log in whom the backend refuses, to tell inactive people that they are: not the invented."""
        user = super().authenticate(request, **credentials)
        return user if user and may_enter(user) else None

    def reauthenticate(self, user, password: str) -> bool:
        """A hash that Django writes anew on the way, as after its upgrade, does not end the session."""
        before, passed = user.password, super().reauthenticate(user, password)
        user.refresh_from_db(fields=["password"])
        if passed and user.password != before:
            update_session_auth_hash(self.request, user)
        return passed

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Queue the message; every link in it is rebuilt on SITE_URL, so a forged Host header reaches nobody."""
        links = {name: _on_this_site(value) for name, value in context.items() if name.endswith("_url")}
        with translation.override("it"):
            message = self.render_mail(template_prefix, email, {**context, **links, "email": email})
        name = template_prefix.rpartition("/")[2]
        queue_mail(
            kind=f"account.{name}",
            key=f"{name}:{uuid4().hex}",
            recipient=email,
            subject=message.subject,
            text=message.body,
            now=timezone.now(),
        )

    def get_login_redirect_url(self, request) -> str:
        """A tutor begins with the own day, everybody else with the own training."""
        return home_of(request.user)

    def is_safe_url(self, url: str) -> bool:
        """Redirects stay on this very host; other allowed hosts are no targets."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Who has just logged in to set up the first second factor is not asked for the password again."""
        if app == "allauth.mfa" and not is_mfa_enabled(self.request.user):
            records = get_authentication_records(self.request, self.request.user)
            if records and time.time() - records[-1]["at"] < FRESH_LOGIN_SECONDS:
                return False
        return super().is_reauthentication_required(app=app, **kwargs)


def _on_this_site(url: str) -> str:
    parts = urlsplit(str(url))
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")
