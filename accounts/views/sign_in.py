"""Sign-up in two steps, the privacy page, and the one-click login of the demonstration."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import SignupView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from accounts.adapters import home_of
from accounts.models import PolicyVersion, User
from accounts.views.body_search import chosen_body, search_bodies
from journal.permissions import is_demo_here
from lib.markdown_text import markdown_html
from territory.models import PublicBody

PRIVACY_SLUG = "privacy"


class SignUpView(SignupView):
    """First where the person works, then who the person is."""

    def get_form_kwargs(self) -> dict:
        kwargs = super().get_form_kwargs()
        body = chosen_body(self.request, PublicBody.objects.current())
        kwargs["initial"] = {**kwargs["initial"], "body": body and body.pk}
        return kwargs

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        bodies = PublicBody.objects.current()
        body = chosen_body(self.request, bodies)
        is_second_step = body or self.request.method == "POST" or "senza_ente" in self.request.GET
        return {**context, "body": body, "is_second_step": is_second_step, **search_bodies(self.request, bodies)}


sign_up = SignUpView.as_view()


@login_not_required
@require_safe
def policy_detail(request):
    """The site's privacy page shows the text; without that page, the text alone."""
    page = Page.objects.live().filter(slug=PRIVACY_SLUG, depth=3).first()
    if page and page.url:
        return redirect(page.url)
    policy = PolicyVersion.objects.latest_version()
    if policy is None:
        raise Http404
    return render(request, "accounts/policy_detail.html", {"policy": policy, "text": markdown_html(policy.text)})


@login_not_required
@require_POST
def demo_login(request):
    """Log in as an invented person, second factor included; the route exists on this machine's demo only."""
    if not is_demo_here(request):
        raise Http404
    person = get_object_or_404(User, is_demo=True, is_active=True, email=request.POST.get("email", "")[:254])
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, person, method="password", reauthenticated=True, email=person.email)
    record_authentication(request, person, method="mfa", reauthenticated=True, type="totp")
    return redirect(home_of(person))
