"""Bodies that people propose, and the answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from territory.actions import accept_proposal, propose_body, refuse_proposal
from territory.forms import AcceptForm, ProposalForm, RefuseForm
from territory.models import BodyProposal


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_create(request):
    form = ProposalForm(request.POST or None)
    if form.is_valid():
        try:
            proposal = propose_body(actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The proposal is on its way. Now say what you do there."))
            address = redirect("accounts:employment_create")
            address["Location"] += f"?body={proposal.body_id}"
            return address
    return render(request, "territory/proposal_create.html", {"form": form})


def _proposals(request):
    if not request.user.scope.is_coordinator:
        raise Http404
    return BodyProposal.objects.visible_to(request.user).pending().select_related("body", "area", "proposed_by")


@require_safe
def proposal_list(request):
    return render(request, "territory/proposal_list.html", {"proposals": _proposals(request)[:100]})


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_decide(request, pk):
    proposal = get_object_or_404(_proposals(request), pk=pk)
    answer = request.POST.get("answer")
    initial = {"area": proposal.area_id}
    accept = AcceptForm(request.POST if answer == "accept" else None, actor=request.user, initial=initial)
    refuse = RefuseForm(request.POST if answer == "refuse" else None)
    chosen = {"accept": accept, "refuse": refuse}.get(answer)
    if chosen and chosen.is_valid():
        decide = accept_proposal if chosen is accept else refuse_proposal
        try:
            decide(proposal, actor=request.user, now=timezone.now(), **chosen.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The answer has been saved and sent to the person."))
        return redirect("territory:proposal_list")
    context = {"proposal": proposal, "accept_form": accept, "refuse_form": refuse}
    return render(request, "territory/proposal_decide.html", context)
