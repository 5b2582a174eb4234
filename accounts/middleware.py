"""The second factor for ANCI and editors, and the door of the CMS.

Roles are read on every request, so a revoked role acts on the next one.
"""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, resolve_url

CMS_PREFIX = "/cms/"
CMS_LOGIN = {"wagtailadmin_login", "wagtailadmin_password_reset"}  # Wagtail's own forms know no second factor
REACHABLE_WITHOUT = {
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "set_language",
    "journal:healthz",
}


class SecondFactorMiddleware:
    """Send who needs a second factor and has none to its page; hide the CMS from everybody else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name or ""
        if not request.user.is_authenticated:
            return _to_login(request, name) if request.path.startswith(CMS_PREFIX) else None
        needs_second_factor = request.user.scope.needs_second_factor
        if request.path.startswith(CMS_PREFIX) and not needs_second_factor:
            raise Http404
        if not needs_second_factor or name in REACHABLE_WITHOUT or request.user.has_second_factor:
            return redirect("wagtailadmin_home") if name in CMS_LOGIN else None
        return redirect("mfa_activate_totp")


def _to_login(request, name: str):
    """The one login page of the site; a wanted page of the CMS is kept, Wagtail's login page is not."""
    wanted = resolve_url("wagtailadmin_home") if name in CMS_LOGIN else request.get_full_path()
    return redirect_to_login(wanted, resolve_url("account_login"))
