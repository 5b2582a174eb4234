"""What is kept of one body: its mail domain, and how many people work there."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from territory.actions import count_staff, set_mail_domain
from territory.forms import MailDomainForm, StaffCountForm
from territory.models import PublicBody, StaffCount

COUNTS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def mail_domain_change(request, pk):
    """Coordinators in their areas, ANCI everywhere; a referent would confirm strangers as the own staff."""
    if not request.user.scope.is_coordinator:
        raise Http404
    body = get_object_or_404(PublicBody.objects.coordinated_by(request.user), pk=pk)
    form = MailDomainForm(request.POST or None, instance=body)
    if request.method == "POST" and form.is_valid():
        set_mail_domain(body, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The mail domain has been saved."))
        return redirect(body)
    return render(request, "territory/mail_domain_change.html", {"body": body, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def staff_count_create(request, pk):
    """The coordination, and the referent of the body: who works there is known best there."""
    body = get_object_or_404(PublicBody.objects.staff_counted_by(request.user), pk=pk)
    form = StaffCountForm(request.POST or None, instance=StaffCount(body=body))
    if request.method == "POST" and form.is_valid():
        try:
            count_staff(body, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The number of the staff has been saved."))
            return redirect(body)
    context = {"body": body, "form": form, "counts": body.staff_counts.all()[:COUNTS_SHOWN]}
    return render(request, "territory/staff_count_create.html", context)
