"""The person's own page: name, employments, roles, sign-in."""

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import add_employment, correct_name, end_employment
from accounts.forms import EmploymentEndForm, EmploymentForm, NameForm
from accounts.views.body_search import chosen_body, search_bodies
from territory.models import PublicBody


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    person = request.user
    form = NameForm(request.POST or None, initial={"first_name": person.first_name, "last_name": person.last_name})
    if form.is_valid():
        correct_name(person, **form.cleaned_data, actor=person, now=timezone.now())
        messages.success(request, _("The name has been saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form, **_facts_of(person)})


def _facts_of(person) -> dict:
    return {
        "employments": person.employments.select_related("body__area"),
        "roles": person.roles.current(on=timezone.localdate()).select_related("area", "body"),
        "address": EmailAddress.objects.get_primary_email(person) or person.email,
        "has_second_factor": is_mfa_enabled(person),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def employment_create(request):
    """Step one finds the body, step two asks the rest."""
    bodies = PublicBody.objects.offered_to(request.user)
    body = chosen_body(request, bodies)
    initial = {"body": body and body.pk, "started_on": timezone.localdate()}
    form = EmploymentForm(request.POST or None, user=request.user, initial=initial)
    if form.is_valid():
        try:
            employment = add_employment(user=request.user, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _said(employment))
            return redirect("accounts:profile")
    context = {"form": form, "body": body, **search_bodies(request, bodies)}
    return render(request, "accounts/employment_create.html", context)


def _said(employment) -> str:
    if employment.is_confirmed:
        return _("%(body)s has been added and is confirmed.") % {"body": employment.body}
    return _("%(body)s has been added. The body or the area’s coordinator will confirm it.") % {"body": employment.body}


@require_http_methods(["GET", "HEAD", "POST"])
def employment_end(request, pk):
    """The person's own employment, one that has not ended."""
    own = request.user.employments.filter(ended_on=None, refused_at=None).select_related("body")
    employment = get_object_or_404(own, pk=pk)
    form = EmploymentEndForm(request.POST or None, initial={"ended_on": timezone.localdate()})
    if form.is_valid():
        try:
            end_employment(employment, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error("ended_on", error.messages)
        else:
            messages.success(request, _("The employment has ended. What was learnt stays counted for the body."))
            return redirect("accounts:profile")
    return render(request, "accounts/employment_end.html", {"form": form, "employment": employment})
