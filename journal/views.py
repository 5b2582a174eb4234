"""The register of what was done, the state of the machine, and the mail of the demo."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from journal.actions import choose_mails, choose_rhythm, read_messages
from journal.forms import AuditFilterForm, RhythmForm
from journal.mail_kinds import OPTIONAL, in_groups
from journal.models import AuditEntry, Heartbeat, MailRhythm, OutgoingMail
from journal.permissions import is_demo_here

PER_PAGE, MESSAGES_PER_PAGE = 50, 25


@require_GET
def audit_list(request):
    if not request.user.scope.is_coordinator:
        raise Http404
    form = AuditFilterForm(request.GET)
    form.is_valid()  # what cannot be read as a filter is left out of cleaned_data, and so ignored
    entries = AuditEntry.objects.visible_to(request.user).select_related("actor").matching(**form.cleaned_data)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/audit_list.html", {"form": form, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices(request):
    """What the system sends to people of these roles, and what of it the person wants; unknown names count for
    nothing, and the choice about messages of a role that has ended stays as it was."""
    groups, unwanted = in_groups(request.user.scope), set(request.user.unwanted_mails.values_list("kind", flat=True))
    if request.method == "POST":
        shown = {kind.code for _title, kinds in groups for kind in kinds}
        wanted = set(request.POST.getlist("wanted")) & shown | (OPTIONAL - shown - unwanted)
        choose_mails(request.user, wanted=wanted, now=timezone.now())
        choose_rhythm(request.user, every=request.POST.get("every"), now=timezone.now())
        messages.success(request, _("The choice of messages has been saved."))
        return redirect("journal:mail_choices")
    rhythm = RhythmForm(initial=MailRhythm.objects.filter(user=request.user).values("every").first())
    context = {"groups": groups, "wanted": OPTIONAL - unwanted, "rhythm": rhythm}
    return render(request, "journal/mail_choices.html", context)


def _own_messages(request):
    return OutgoingMail.objects.shown_to(request.user.email, since=request.user.date_joined)


@require_safe
def inbox(request):
    """What the bell counts: each message with its text and a way to the page it is about."""
    page = Paginator(_own_messages(request), MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/inbox.html", {"page": page})


@require_POST
def inbox_read(request):
    read_messages(_own_messages(request), now=timezone.now())
    return redirect("journal:inbox")


@require_POST
def message_open(request, pk):
    """Read, and on to the page that the message leads to."""
    message = get_object_or_404(_own_messages(request), pk=pk)
    read_messages(_own_messages(request).filter(pk=pk), now=timezone.now())
    return redirect(message.path or "journal:inbox")


@login_not_required
@require_GET
def demo_mail_list(request):
    """Every message as it would have left: only in the demonstration, to this very computer."""
    if not is_demo_here(request):
        raise Http404
    page = Paginator(OutgoingMail.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/demo_mail_list.html", {"page": page})


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """200 when database, worker and mail do their work, else 503; says nothing about anybody."""
    now = timezone.now()
    try:
        worker, mail = Heartbeat.objects.state("worker", now=now), OutgoingMail.objects.health(now=now)
    except DatabaseError:
        return JsonResponse({"status": "failing", "database": "failing"}, status=503)
    is_well = worker == "ok" and not mail["late"] and not mail["failed"]
    state = {"status": "ok" if is_well else "failing", "database": "ok", "worker": worker, "mail": mail}
    return JsonResponse(state, status=200 if is_well else 503)
