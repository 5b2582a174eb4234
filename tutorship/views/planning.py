"""Coordination: who answers on what in the own areas, and the days without tutoring."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutorship.actions.planning import (
    add_closure,
    add_coverage,
    add_patron_saint,
    delete_closure,
    delete_patron_saint,
    end_coverage,
)
from tutorship.forms import ClosureForm, CoverageForm, PatronSaintForm
from tutorship.models import Closure, Coverage, PatronSaint, Session, tutors_with_hours
from tutorship.views.availability import agreed_in, touched_by


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
    saints = PatronSaint.objects.visible_to(request.user).select_related("body")
    return render(request, "tutorship/closure_list.html", {"rows": rows, "saints": saints})


@require_http_methods(["GET", "POST"])
def closure_create(request):
    _require_coordinator(request)
    form = ClosureForm(request.POST or None, planner=request.user)
    return _close(request, form, add_closure, "tutorship/closure_form.html", _("The closure is saved."))


@require_http_methods(["GET", "POST"])
def patron_saint_create(request):
    _require_coordinator(request)
    form = PatronSaintForm(request.POST or None, planner=request.user)
    done = _("The patron saint is saved.")
    return _close(request, form, add_patron_saint, "tutorship/patron_saint_form.html", done)


@require_POST
def patron_saint_delete(request, pk):
    _require_coordinator(request)
    saint = get_object_or_404(PatronSaint.objects.visible_to(request.user).select_related("body__area"), pk=pk)
    delete_patron_saint(saint, actor=request.user, now=timezone.now())
    messages.success(request, _("The patron saint is removed."))
    return redirect("tutorship:closure_list")


def _close(request, form, add, template: str, done: str):
    """Save days without tutoring, after the appointments that lie in them have been shown."""
    touched = []
    if request.method == "POST" and form.is_valid():
        try:
            add(form.save(commit=False), actor=request.user, now=timezone.now(), agreed=agreed_in(request))
            messages.success(request, done)
            return redirect("tutorship:closure_list")
        except ValidationError as refused:
            touched = touched_by(refused)
            if not touched:
                form.add_error(None, refused)
    return render(request, template, {"form": form, "touched": touched})


@require_POST
def closure_delete(request, pk):
    _require_coordinator(request)
    closure = get_object_or_404(Closure.objects.changeable_by(request.user), pk=pk)
    delete_closure(closure, actor=request.user, now=timezone.now())
    messages.success(request, _("The closure is removed: these days can be booked again."))
    return redirect("tutorship:closure_list")
