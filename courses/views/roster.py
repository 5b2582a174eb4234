"""The participants of an edition, for its tutors and coordinators, and one message to some of them."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.actions import send_message
from courses.forms import MessageForm
from courses.models import Edition, Enrolment
from courses.models.roster import count_people, for_roster, roster, stuck
from lib.choice_fields import KEY

PAGE_SIZE = 50
STUCK, OPEN, COMPLETED = "fermi", "in-corso", "completati"
COUNT_OF = {STUCK: "stuck", OPEN: "open", COMPLETED: "completed"}


def roster_context(request, edition: Edition) -> dict:
    """One page of the people this person may see there, by the state that the address asks for."""
    now, state = timezone.now(), request.GET.get("stato", "")
    people = _people(request, edition)
    counts = count_people(people, now=now)
    chosen = {STUCK: stuck(people, now=now), OPEN: people.open(), COMPLETED: people.completed()}.get(state, people)
    pages = Paginator(for_roster(chosen), PAGE_SIZE)
    pages.count = counts[COUNT_OF.get(state, "all")]  # known by now: the paginator need not ask
    page = pages.get_page(request.GET.get("page"))
    return {"roster": roster(edition, page, now=now), "people": page, "counts": counts, "state": state}


def _people(request, edition: Edition):
    return Enrolment.objects.visible_to(request.user).current().filter(edition=edition)


@require_http_methods(["GET", "HEAD", "POST"])
def edition_message(request, pk):
    """Write once to the people that were ticked, or to all who are stuck."""
    edition = get_object_or_404(Edition.objects.visible_to(request.user).select_related("course"), pk=pk)
    parameters = request.POST if request.method == "POST" else request.GET
    chosen = list(_recipients(_people(request, edition), parameters).select_related("user"))
    form = MessageForm(request.POST or None, initial={"key": uuid4()})
    if form.is_valid() and chosen:
        count = send_message(edition, chosen, actor=request.user, now=timezone.now(), **form.cleaned_data)
        text = ngettext("The message leaves for %(count)d person.", "The message leaves for %(count)d people.", count)
        messages.success(request, text % {"count": count})
        return redirect("courses:edition_detail", edition.pk)
    context = {"edition": edition, "form": form, "chosen": chosen, "is_to_stuck": parameters.get("a") == STUCK}
    return render(request, "courses/edition_message.html", context)


def _recipients(people, parameters):
    if parameters.get("a") == STUCK:
        return stuck(people, now=timezone.now())
    keys = [key for key in parameters.getlist("persona") if KEY.fullmatch(key)]
    return people.filter(pk__in=keys[:PAGE_SIZE])
