"""Open answers before their tutor, and more time for who needs it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import give_extra_time, mark_answer
from courses.models import Enrolment, ExtraTime, Marking
from courses.permissions import can_manage_editions, can_mark
from courses.views.paper import send_picture
from lib.italia_forms import ItaliaForm


class ExtraTimeForm(ItaliaForm):
    percent = forms.IntegerField(
        label=gettext_lazy("More time at timed quizzes (%)"),
        min_value=0,
        max_value=200,
        help_text=gettext_lazy(
            "30 turns 20 minutes into 26; 0 takes it back. It counts from the next start, in every course."
        ),
    )


class MarkingForm(ItaliaForm):
    """One number for every criterion of the rubric, and a comment."""

    comment = forms.CharField(
        label=gettext_lazy("Comment for the person"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4_000,
        required=False,
    )

    def __init__(self, *args, rubric: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        for criterion in rubric:
            share = criterion["share_percent"]
            self.fields[f"criterion-{criterion['id']}"] = forms.IntegerField(
                label=_("%(criterion)s (0 to %(share)d)") % {"criterion": criterion["text"], "share": share},
                help_text=criterion["feedback"],
                min_value=0,
                max_value=share,
            )
        self.order_fields([f"criterion-{criterion['id']}" for criterion in rubric])

    def points(self) -> dict[int, int]:
        return {criterion["id"]: self.cleaned_data[f"criterion-{criterion['id']}"] for criterion in self.rubric}


@require_safe
def marking_list(request):
    if not can_mark(request.user):
        raise Http404
    waiting = Marking.objects.waiting().visible_to(request.user)
    return render(request, "courses/marking_list.html", {"markings": _with_people(waiting)[:200]})


@require_http_methods(["GET", "HEAD", "POST"])
def answer_mark(request, pk):
    marking = get_object_or_404(_with_people(Marking.objects.waiting().visible_to(request.user)), pk=pk)
    form = MarkingForm(request.POST or None, rubric=marking.question["choices"])
    if form.is_valid():
        words = {"points": form.points(), "comment": form.cleaned_data["comment"]}
        try:
            mark_answer(marking, actor=request.user, now=timezone.now(), **words)
        except ValidationError as error:  # another tutor was faster, or the person has left the course
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, _("The answer is marked. With the last one the result leaves by e-mail."))
        return redirect("courses:marking_list")
    return render(request, "courses/answer_mark.html", {"marking": marking, "form": form})


@require_safe
def marking_picture(request, pk):
    marking = get_object_or_404(_with_people(Marking.objects.waiting().visible_to(request.user)), pk=pk)
    return send_picture(marking.question)


def _with_people(markings):
    return markings.select_related(
        "answer__attempt__quiz", "answer__attempt__enrolment__user", "answer__attempt__enrolment__edition__course"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def extra_time(request, pk):
    """From one of the person's enrolments: coordinators of the area and ANCI."""
    if not can_manage_editions(request.user):
        raise Http404
    people = Enrolment.objects.visible_to(request.user).open().select_related("user", "edition__course", "area")
    if not request.user.scope.is_anci:
        people = people.filter(area__in=request.user.scope.area_ids)
    enrolment = get_object_or_404(people, pk=pk)
    given = ExtraTime.objects.filter(user=enrolment.user).values_list("percent", flat=True).first() or 0
    form = ExtraTimeForm(request.POST or None, initial={"percent": given})
    if form.is_valid():
        area = enrolment.area.slug if enrolment.area else ""
        give_extra_time(enrolment.user, area=area, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved. It counts from the next start of a timed quiz."))
        return redirect("reports:person_detail", enrolment.user_id)
    return render(request, "courses/extra_time.html", {"form": form, "enrolment": enrolment})
