"""The second factor for ANCI and editors, and the door of the CMS."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404
from django.shortcuts import redirect

CMS_PREFIX = "/cms/"
REACHABLE_WITHOUT = {"account_logout", "account_reauthenticate", "account_email", "set_language", "journal:healthz"}


class SecondFactorMiddleware:
    """Send who needs a second factor and has none to its page; hide the CMS from everybody else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if not user.is_authenticated:
            return None
        scope = user.scope
        if request.path.startswith(CMS_PREFIX) and not scope.needs_second_factor:
            raise Http404
        name = request.resolver_match.view_name or ""
        if name.startswith("mfa_") or name in REACHABLE_WITHOUT or not scope.needs_second_factor:
            return None
        return None if is_mfa_enabled(user) else redirect("mfa_activate_totp")
