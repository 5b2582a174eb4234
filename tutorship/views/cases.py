"""A case with its thread: for the person and the tutor; topic and state for the coordinators."""

import mimetypes

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutorship import permissions
from tutorship.actions.cases import FILE_TROUBLE, close_case, escalate_case, reassign_case, reopen_case, write_in_case
from tutorship.forms import CaseCloseForm, CaseReasonForm, CaseReassignForm, CaseWriteForm
from tutorship.models import Case, CaseMessage

PER_PAGE = 50


@require_GET
def case_list(request):
    """The current ones first; the closed ones on their own tab."""
    is_closed = request.GET.get("stato") == "chiusi"
    cases = Case.objects.visible_to(request.user).for_display().order_by("-state", "-opened_at", "-pk")
    cases = (
        cases.filter(state=Case.State.CLOSED) if is_closed else cases.current().order_by("state", "-opened_at", "-pk")
    )
    page = Paginator(cases, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "tutorship/case_list.html", {"page": page, "is_closed": is_closed})


@require_GET
def case_detail(request, pk):
    return _page(request, _visible(request, pk), CaseWriteForm())


@require_POST
def case_write(request, pk):
    """Whoever reads it writes in it."""
    case = get_object_or_404(Case.objects.readable_by(request.user).for_display(), pk=pk)
    form = CaseWriteForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            write_in_case(case, **form.cleaned_data, author=request.user, now=timezone.now())
            messages.success(request, _("Added to the case. The other side is told by e-mail."))
            return redirect(case)
        except ValidationError as refused:
            form.add_error("file" if refused.code in FILE_TROUBLE else None, refused)
    return _page(request, case, form)


def _page(request, case: Case, form: CaseWriteForm):
    may_read = permissions.can_read_case(request.user, case)
    context = {
        "case": case,
        "form": form,
        "may_read": may_read,
        "may_run": permissions.can_run_case(request.user, case),
        "is_own": case.learner_id == request.user.pk,
        "bookings": case.bookings.for_display().select_related("session__outcome").order_by("session__starts_at"),
        "thread": case.messages.select_related("author") if may_read else [],
    }
    return render(request, "tutorship/case_detail.html", context)


@require_GET
def case_file(request, pk, message_pk):
    """Always a download, never shown within the site."""
    case = get_object_or_404(Case.objects.readable_by(request.user), pk=pk)
    message = get_object_or_404(CaseMessage.objects.exclude(file=""), case=case, pk=message_pk)
    kind = mimetypes.guess_type(message.file_name)[0] or "application/octet-stream"
    return FileResponse(
        message.file.open("rb"),
        as_attachment=True,
        filename=message.file_name,
        content_type=kind,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


@require_http_methods(["GET", "POST"])
def case_close(request, pk):
    words = {"title": _("Close the case"), "button": _("Close the case"), "done": _("The case is closed.")}
    return _change(request, pk, lambda case: CaseCloseForm(request.POST or None), close_case, words)


@require_http_methods(["GET", "POST"])
def case_escalate(request, pk):
    title = _("Pass the case on to the coordinators")
    words = {"title": title, "button": title, "done": _("The coordinators are told by e-mail.")}
    return _change(request, pk, lambda case: CaseReasonForm(request.POST or None), escalate_case, words)


@require_http_methods(["GET", "POST"])
def case_reassign(request, pk):
    title = _("Give the case to another tutor")
    words = {"title": title, "button": title, "done": _("The new tutor and the person are told by e-mail.")}

    def form(case):
        tutors = permissions.next_tutors(case, on=timezone.localdate())
        return CaseReassignForm(request.POST or None, tutors=tutors)

    return _change(request, pk, form, reassign_case, words)


@require_POST
def case_reopen(request, pk):
    case = _visible(request, pk)
    if not (case.learner_id == request.user.pk or permissions.can_run_case(request.user, case)):
        raise Http404
    reopen_case(case, actor=request.user, now=timezone.now())
    messages.success(request, _("The case is open again."))
    return redirect(case)


def _change(request, pk, make_form, action, words):
    """One page with one form that changes how the case goes on."""
    case = _visible(request, pk)
    if not permissions.can_run_case(request.user, case):
        raise Http404
    form = make_form(case)
    if request.method == "POST" and form.is_valid():
        try:
            action(case, **form.cleaned_data, actor=request.user, now=timezone.now())
            messages.success(request, words["done"])
            return redirect(
                case if Case.objects.visible_to(request.user).filter(pk=pk).exists() else "tutorship:case_list"
            )
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "tutorship/case_change.html", {"case": case, "form": form, **words})


def _visible(request, pk) -> Case:
    return get_object_or_404(Case.objects.visible_to(request.user).for_display(), pk=pk)
