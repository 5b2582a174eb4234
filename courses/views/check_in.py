"""The code shown in the room and what a phone does with it. Looking at an address never writes a presence."""

from datetime import datetime

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import check_in
from courses.models import LiveSession, LiveStepPage

SALT = "courses.room-code"
CODE_SECONDS = 120
SCAN = "room_scan"  # in the session: which meeting, scanned when


@require_safe
@never_cache
def attendance_code(request, pk):
    """For the projector. The page asks for a new code every minute; each is good for two."""
    visible = LiveSession.objects.visible_to(request.user).select_related("edition__course")
    session = get_object_or_404(visible, pk=pk)
    context = {"session": session, "edition": session.edition}
    if session.register_opens_at <= timezone.now() < session.ends_at:
        address = settings.SITE_URL + reverse("courses:attendance_scan", args=[signing.dumps(session.pk, salt=SALT)])
        context |= {"address": address, "code": mark_safe(segno.make(address).svg_inline(scale=8))}
    return render(request, "courses/attendance_code.html", context)


@login_not_required
@require_safe
@never_cache
def attendance_scan(request, token):
    """Keep in the browser's session what was scanned and when: whoever has to log in first loses nothing."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=CODE_SECONDS)
    except signing.BadSignature:  # forged, cut off or too old
        return render(request, "courses/attendance_code_expired.html", status=404)
    request.session[SCAN] = [pk, timezone.now().isoformat()]
    return redirect("courses:attendance_check_in")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def attendance_check_in(request):
    """One tap: I am here."""
    if SCAN not in request.session:
        return render(request, "courses/attendance_check_in.html", {})
    pk, moment = request.session[SCAN]
    session = get_object_or_404(LiveSession.objects.select_related("edition__course"), pk=pk)
    context = {"session": session, "edition": session.edition}
    if request.method == "POST":
        try:
            check_in(session, user=request.user, scanned_at=datetime.fromisoformat(moment), now=timezone.now())
        except ValidationError as error:
            return render(request, "courses/attendance_check_in.html", context | {"error": " ".join(error.messages)})
        del request.session[SCAN]
        messages.success(request, _("The presence is noted. Whoever leaves earlier tells the tutor."))
        step = LiveStepPage.objects.child_of(session.edition.course).live().first()
        course = session.edition.course.slug
        return redirect("courses:step", course, step.slug) if step else redirect("courses:course_detail", course)
    return render(request, "courses/attendance_check_in.html", context)
