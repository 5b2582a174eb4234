"""Demand and coverage of the own areas, on one page."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tutorship.models.demand import PERIODS, Demand

USUAL = 90


@require_GET
def demand(request):
    if not request.user.scope.is_coordinator:
        raise Http404
    chosen = next((days for days in PERIODS if str(days) == request.GET.get("days")), USUAL)
    found = Demand.read(request.user, days=chosen, now=timezone.now())
    return render(request, "tutorship/demand.html", {"demand": found, "periods": PERIODS})
