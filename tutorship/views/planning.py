"""Coordination: who answers on what in the own areas, and the days without tutoring."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutorship.actions.planning import add_closure, add_coverage, delete_closure, end_coverage
from tutorship.forms import ClosureForm, CoverageForm
from tutorship.models import Closure, Coverage, Session, tutors_with_hours
from tutorship.models.coverage import ZONE
from tutorship.slots import day_window


def _require_coordinator(request) -> None:
    if not request.user.scope.is_coordinator:
        raise Http404


@require_GET
def coverage_list(request):
    _require_coordinator(request)
    scope = request.user.scope
    rows = Coverage.objects.filter(ended_at=None).select_related("tutor", "area", "topic")
    if not scope.is_anci:
        rows = rows.filter(area__in=scope.area_ids)
    today = timezone.localdate()
    current, with_hours = (
        set(Coverage.objects.current(on=today).values_list("pk", flat=True)),
        tutors_with_hours(on=today),
    )
    rows = list(rows.order_by("area__number", "topic__sort_order", "tutor__last_name"))
    for row in rows:
        row.is_current, row.has_hours = row.pk in current, row.tutor_id in with_hours
    return render(request, "tutorship/coverage_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def coverage_create(request):
    _require_coordinator(request)
    form = CoverageForm(request.POST or None, planner=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            coverage = add_coverage(**form.cleaned_data, actor=request.user, now=timezone.now())
            words = {"tutor": coverage.tutor, "topic": coverage.topic}
            messages.success(request, _("%(tutor)s now answers on: %(topic)s.") % words)
            return redirect("tutorship:coverage_list")
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    return render(request, "tutorship/coverage_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def coverage_end(request, pk):
    """Ask, naming the appointments that stay; then end."""
    _require_coordinator(request)
    scope = request.user.scope
    rows = Coverage.objects.filter(ended_at=None).select_related("tutor", "area", "topic")
    coverage = get_object_or_404(rows if scope.is_anci else rows.filter(area__in=scope.area_ids), pk=pk)
    if request.method == "POST":
        end_coverage(coverage, actor=request.user, now=timezone.now())
        messages.success(request, _("No new appointments are taken. The ones already made stay."))
        return redirect("tutorship:coverage_list")
    coming = Session.objects.scheduled().filter(
        tutor=coverage.tutor, area=coverage.area, topic=coverage.topic, starts_at__gt=timezone.now()
    )
    context = {"coverage": coverage, "sessions": coming.for_display()}
    return render(request, "tutorship/coverage_end.html", context)


@require_GET
def closure_list(request):
    _require_coordinator(request)
    rows = list(
        Closure.objects.visible_to(request.user).filter(last_on__gte=timezone.localdate()).select_related("area")
    )
    changeable = set(Closure.objects.changeable_by(request.user).values_list("pk", flat=True))
    for row in rows:
        row.can_change = row.pk in changeable
    return render(request, "tutorship/closure_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def closure_create(request):
    _require_coordinator(request)
    form = ClosureForm(request.POST or None, planner=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            closure = add_closure(form.save(commit=False), actor=request.user, now=timezone.now())
            _tell_kept(request, closure)
            return redirect("tutorship:closure_list")
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "tutorship/closure_form.html", {"form": form})


def _tell_kept(request, closure: Closure) -> None:
    """A closure cancels nothing: say how many appointments lie in it."""
    inside = Session.objects.scheduled().filter(starts_at__range=day_window(closure.first_on, closure.last_on, ZONE))
    number = inside.filter(area=closure.area).count() if closure.area else inside.count()
    if not number:
        messages.success(request, _("The closure is saved."))
        return
    text = ngettext(
        "The closure is saved. %(number)s appointment in these days stays: cancel it from its page, if need be.",
        "The closure is saved. %(number)s appointments in these days stay: cancel them from their pages, if need be.",
        number,
    )
    messages.warning(request, text % {"number": number})


@require_POST
def closure_delete(request, pk):
    _require_coordinator(request)
    closure = get_object_or_404(Closure.objects.changeable_by(request.user), pk=pk)
    delete_closure(closure, actor=request.user, now=timezone.now())
    messages.success(request, _("The closure is removed: these days can be booked again."))
    return redirect("tutorship:closure_list")
