"""A completion set or undone by a coordinator, with the reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import set_completion, undo_completion
from courses.forms import CompletionForm
from courses.models import Enrolment, Step
from courses.permissions import can_manage_editions
from courses.views.catalogue import missing_of


@require_http_methods(["GET", "HEAD", "POST"])
def completion_update(request, pk):
    enrolment = get_object_or_404(_decidable(request), pk=pk)
    form = CompletionForm(request.POST or None, initial={"is_complete": "0" if enrolment.completed_at else "1"})
    if form.is_valid():
        decide = set_completion if form.cleaned_data["is_complete"] else undo_completion
        try:
            decide(enrolment, actor=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Decided. The person has been told by e-mail, with the reason."))
            return redirect("reports:person_detail", enrolment.user_id)
    outline = list(Step.objects.outline(enrolment.edition.course).with_rules())
    context = {
        "enrolment": enrolment,
        "form": form,
        "missing": [] if enrolment.completed_at else missing_of(enrolment, outline),
        "decisions": enrolment.decisions.select_related("decided_by"),
        "course": enrolment.edition.course,
    }
    return render(request, "courses/completion_update.html", context)


def _decidable(request):
    """Enrolments of the own areas, not left; the page does not exist for anybody else."""
    if not can_manage_editions(request.user):
        raise Http404
    people = Enrolment.objects.visible_to(request.user).current()
    if not request.user.scope.is_anci:
        people = people.filter(area__in=request.user.scope.area_ids)
    return people.select_related("user", "edition__course", "area", "body")
