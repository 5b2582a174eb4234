"""Search, feedback and the error pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_http_methods

from cms.actions import report_accessibility_problem
from cms.forms import AccessibilityReportForm, SearchForm
from cms.models.search import search_site
from lib.rate_limit import is_within

REPORTS_PER_HOUR = 5  # from one address


@login_not_required
@require_GET
def search(request):
    form = SearchForm(request.GET if request.GET.get("q", "").strip() else None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    return render(request, "cms/search.html", {"form": form, "words": words, "found": words and search_site(words)})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request):
    form = AccessibilityReportForm(request.POST or None)
    if form.is_valid():
        if not form.is_from_robot():
            if not is_within(request, action="feedback", limit=REPORTS_PER_HOUR, seconds=3600):
                form.add_error(None, _("Too many reports in one hour. The text is still here: it can be sent later."))
                return render(request, "cms/feedback.html", {"form": form}, status=429)
            send_report(request, form)
        messages.success(request, _("The report was sent. Who left an address gets an answer within 30 days."))
        return redirect("cms:feedback")
    return render(request, "cms/feedback.html", {"form": form})


def send_report(request, form: AccessibilityReportForm) -> None:
    fields = {name: form.cleaned_data[name] for name in ("text", "page", "mail")}
    user = request.user if request.user.is_authenticated else None
    report_accessibility_problem(**fields, user=user, now=timezone.now())


@requires_csrf_token
def page_not_found(request, exception):
    return HttpResponseNotFound(get_template("404.html").render({"is_not_found": True}, request))


@requires_csrf_token
def server_error(request):
    """Rendered without request and context: what broke the page may break the frame too."""
    return HttpResponseServerError(get_template("500.html").render())
