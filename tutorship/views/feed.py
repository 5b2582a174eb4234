"""Appointments in the person's own calendar programme, by a private address."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from tutorship import emails
from tutorship.actions.feeding import make_feed, revoke_feed
from tutorship.models.agenda import calendar_rows
from tutorship.models.feed import FeedToken, owner_of

NEW_TOKEN = "new_feed_token"  # noqa: S105 - the name of a key in the session
PAST = timedelta(days=30)


@login_not_required
@require_safe
def feed(request, token):
    """Whoever has the address reads it; a calendar programme has no login. Unchanged: 304 without a body."""
    user = owner_of(token)
    if user is None:
        raise Http404
    now = timezone.now()
    rows = calendar_rows(user, since=now - PAST)
    etag = quote_etag(emails.feed_fingerprint(rows))
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(emails.feed_text(rows, now=now), content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


@require_GET
def feed_detail(request):
    """The address is shown once, right after it was made."""
    token = request.session.pop(NEW_TOKEN, "")
    address = settings.SITE_URL + reverse("tutorship:feed", args=[token]) if token else ""
    context = {
        "address": address,
        "webcal": "webcal:" + address.partition(":")[2] if address else "",
        "row": FeedToken.objects.filter(user=request.user).first(),
    }
    return render(request, "tutorship/feed_detail.html", context)


@require_POST
def feed_make(request):
    request.session[NEW_TOKEN] = make_feed(request.user, now=timezone.now())
    return redirect("tutorship:feed_detail")


@require_POST
def feed_revoke(request):
    revoke_feed(request.user, now=timezone.now())
    messages.success(request, _("The address is revoked: no calendar reads it any more."))
    return redirect("tutorship:feed_detail")
