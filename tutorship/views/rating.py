"""Rating a session, and the ratings as the coordinators read them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutorship.actions.rating import rate_session
from tutorship.forms import RatingForm
from tutorship.models import Booking, Rating

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def booking_rate(request, pk):
    booking = get_object_or_404(Booking.objects.filter(learner=request.user).for_display(), pk=pk)
    if not booking.can_be_rated or hasattr(booking, "rating"):
        messages.info(request, _("This session cannot be rated, or has been already."))
        return redirect(booking)
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rate_session(booking, **form.cleaned_data, actor=request.user, now=timezone.now())
            messages.success(request, _("Thank you: the rating is saved."))
            return redirect(booking)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "tutorship/booking_rate.html", {"booking": booking, "form": form})


@require_GET
def rating_list(request):
    if not request.user.scope.is_coordinator:
        raise Http404
    ratings = Rating.objects.visible_to(request.user)
    with_words = ratings.exclude(comment="").for_display()
    page = Paginator(with_words, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "tutorship/rating_list.html", {"tutors": ratings.by_tutor(), "page": page})
