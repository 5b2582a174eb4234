"""When a tutor can be booked: rules, exceptions, preferences. The tutor's own page; coordinators reach it too."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from tutorship.actions.planning import delete_availability, save_availability
from tutorship.forms import ExceptionForm, PreferenceForm, RuleForm
from tutorship.models import (
    AvailabilityException,
    AvailabilityRule,
    Session,
    TutorPreference,
    outside_availability,
    sessions_inside,
)
from tutorship.permissions import can_change_availability


@require_GET
def availability(request, pk=None):
    tutor = _tutor(request, pk)
    now = timezone.now()
    today = timezone.localdate(now)
    context = {
        "tutor": tutor,
        "is_own": tutor.pk == request.user.pk,
        "rules": AvailabilityRule.objects.valid(on=today).filter(tutor=tutor),
        "exceptions": AvailabilityException.objects.filter(tutor=tutor, on__gte=today),
        "preference": TutorPreference.objects.filter(tutor=tutor).first(),
        "outside": outside_availability(tutor, now=now),
    }
    return render(request, "tutorship/availability.html", context)


@require_http_methods(["GET", "POST"])
def rule_create(request, pk=None):
    tutor = _tutor(request, pk)
    row = AvailabilityRule(tutor=tutor, valid_from=timezone.localdate())
    return _edit(request, row, RuleForm, _("Add weekly hours"))


@require_http_methods(["GET", "POST"])
def rule_change(request, pk):
    return _edit(request, _visible(request, AvailabilityRule, pk), RuleForm, _("Change the weekly hours"))


@require_http_methods(["GET", "POST"])
def rule_delete(request, pk):
    return _delete(request, _visible(request, AvailabilityRule, pk), _("Remove the weekly hours"))


@require_http_methods(["GET", "POST"])
def exception_create(request, pk=None):
    row = AvailabilityException(tutor=_tutor(request, pk))
    return _edit(request, row, ExceptionForm, _("Add an exception"))


@require_http_methods(["GET", "POST"])
def exception_change(request, pk):
    return _edit(request, _visible(request, AvailabilityException, pk), ExceptionForm, _("Change the exception"))


@require_http_methods(["GET", "POST"])
def exception_delete(request, pk):
    return _delete(request, _visible(request, AvailabilityException, pk), _("Remove the exception"))


@require_http_methods(["GET", "POST"])
def preference_change(request):
    tutor = _tutor(request, None)
    row = TutorPreference.objects.filter(tutor=tutor).first() or TutorPreference(tutor=tutor)
    return _edit(request, row, PreferenceForm, _("Video room and holidays"))


def _tutor(request, pk: int | None) -> User:
    """Oneself, or a tutor of an area that the person coordinates; anybody else does not exist here."""
    tutor = request.user if pk is None else get_object_or_404(User, pk=pk)
    if not tutor.scope.is_tutor or not can_change_availability(request.user, tutor):
        raise Http404
    return tutor


def _visible(request, model, pk: int):
    row = get_object_or_404(model.objects.visible_to(request.user).select_related("tutor"), pk=pk)
    if not can_change_availability(request.user, row.tutor):
        raise Http404
    return row


def agreed_in(request) -> set[str]:
    """The appointments that the person has been shown and keeps."""
    return set(request.POST.getlist("agreed"))


def touched_by(refused: ValidationError) -> list[Session]:
    """The appointments that a change would leave outside; none when it is refused for something else."""
    return refused.params["sessions"] if getattr(refused, "code", "") == "touches_sessions" else []


def _home(request, tutor: User) -> str:
    if tutor.pk == request.user.pk:
        return reverse("tutorship:availability")
    return reverse("tutorship:tutor_availability", args=[tutor.pk])


def _edit(request, row, form_class, title: str):
    now = timezone.now()
    form = form_class(request.POST or None, instance=row)
    touched = []
    if request.method == "POST" and form.is_valid():
        try:
            save_availability(form.save(commit=False), actor=request.user, now=now, agreed=agreed_in(request))
            _tell_kept(request, row.tutor, now=now)
            return redirect(_home(request, row.tutor))
        except ValidationError as refused:
            touched = touched_by(refused)
            if not touched:
                form.add_error(None, refused)
    context = {"form": form, "title": title, "tutor": row.tutor, "home": _home(request, row.tutor), "touched": touched}
    return render(request, "tutorship/availability_form.html", context)


def _delete(request, row, title: str):
    now = timezone.now()
    touched = sessions_inside(row, now=now)
    if request.method == "POST":
        tutor, pk = row.tutor, row.pk
        try:
            delete_availability(row, actor=request.user, now=now, agreed=agreed_in(request))
            _tell_kept(request, tutor, now=now)
            return redirect(_home(request, tutor))
        except ValidationError as refused:
            touched, row.pk = touched_by(refused), pk
    context = {"row": row, "title": title, "home": _home(request, row.tutor), "touched": touched}
    return render(request, "tutorship/availability_delete.html", context)


def _tell_kept(request, tutor: User, *, now) -> None:
    """Appointments outside the new hours stay: say which."""
    kept = outside_availability(tutor, now=now)
    if not kept:
        messages.success(request, _("The availability is saved."))
        return
    moments = ", ".join(date_format(timezone.localtime(session.starts_at), "j F, H:i") for session in kept)
    text = ngettext(
        "The availability is saved. %(number)s appointment outside the hours stays as it is: %(moments)s.",
        "The availability is saved. %(number)s appointments outside the hours stay as they are: %(moments)s.",
        len(kept),
    )
    messages.warning(request, text % {"number": len(kept), "moments": moments})
