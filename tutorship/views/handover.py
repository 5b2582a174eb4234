"""What a tutor who leaves leaves behind, and who takes it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import RoleAssignment, User
from tutorship.actions.handover import foresee_handover, hand_over_all
from tutorship.forms import HandoverForm
from tutorship.models import Case, Session


@require_GET
def handover_list(request):
    """Sessions whose tutor is gone, and every tutor with coming sessions in the own areas."""
    _require_coordinator(request)
    now = timezone.now()
    roles = RoleAssignment.objects.current(on=timezone.localdate(now)).filter(role=RoleAssignment.Role.TUTOR)
    visible = Session.objects.visible_to(request.user)
    waiting = visible.without_their_tutor(now=now, covered=roles).for_display()
    coming = visible.scheduled().filter(starts_at__gt=now).order_by()
    names = ("tutor", "tutor__first_name", "tutor__last_name")
    tutors = coming.values(*names).annotate(sessions=Count("pk")).order_by("tutor__last_name", "tutor")
    return render(request, "tutorship/handover_list.html", {"waiting": waiting, "tutors": tutors})


@require_http_methods(["GET", "POST"])
def handover(request, pk):
    """Ask, naming what is coming and who could take it; then give it away. What finds nobody stays on this page."""
    _require_coordinator(request)
    now = timezone.now()
    coming = Session.objects.visible_to(request.user).filter(tutor=pk, state="scheduled", starts_at__gt=now)
    tutor = get_object_or_404(User.objects.filter(pk__in=coming.values("tutor")), pk=pk)
    outlook = foresee_handover(tutor, actor=request.user, now=now)
    form = HandoverForm(request.POST or None, left=outlook.left if outlook.ends_coverage else 0)
    if request.method == "POST" and form.is_valid():
        try:
            found = hand_over_all(tutor, reason=form.cleaned_data["reason"], actor=request.user, now=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return _say(request, tutor, found)
    cases = Case.objects.visible_to(request.user).filter(tutor=tutor).exclude(state="closed").count()
    context = {"tutor": tutor, "outlook": outlook, "cases": cases, "form": form}
    return render(request, "tutorship/handover.html", context)


def _say(request, tutor, found):
    if found.placed:
        text = ngettext(
            "%(number)s appointment has another tutor now. Everybody has been told by e-mail.",
            "%(number)s appointments have another tutor now. Everybody has been told by e-mail.",
            len(found.placed),
        )
        messages.success(request, text % {"number": len(found.placed)})
    if found.left:
        messages.warning(request, _("Nobody else is free for the appointments listed here: move or cancel them."))
        return redirect("tutorship:handover", tutor.pk)
    return redirect("tutorship:handover_list")


def _require_coordinator(request) -> None:
    if not request.user.scope.is_coordinator:
        raise Http404
