from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from journal.models import OutgoingMail
from reports.emails import MONTHLY
from reports.permissions import for_coordinators

PAGE_SIZE = 50


@require_GET
@for_coordinators
def monthly_list(request):
    """The own reports; all of them for ANCI."""
    sent = OutgoingMail.objects.filter(kind=MONTHLY).order_by("-created_at", "recipient", "pk")
    if not request.user.scope.is_anci:
        sent = sent.filter(recipient=request.user.email)
    return render(
        request, "reports/monthly_list.html", {"page": Paginator(sent, PAGE_SIZE).get_page(request.GET.get("page"))}
    )
