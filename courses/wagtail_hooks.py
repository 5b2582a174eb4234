"""The editors' side: question bank and act templates, and a course page that is in use cannot be deleted."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.models import User
from courses.actions.catalogue import archive_course
from courses.models import ActTemplate, CoursePage, Enrolment, Question


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions")
    menu_order = 220
    add_to_admin_menu = True
    list_display = ["code", "text", "kind"]
    list_filter = ["kind"]


class ActTemplateViewSet(SnippetViewSet):
    model = ActTemplate
    icon = "doc-full"
    menu_label = gettext_lazy("Act templates")
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["title", "course", "version", "valid_on"]
    list_filter = ["course"]


register_snippet(QuestionViewSet)
register_snippet(ActTemplateViewSet)


def refuse_if_used(request, pages):
    """Send the editor back with the reason, and with archiving, when somebody's record needs a page below `pages`."""
    tree = Page.objects.none()
    for page in pages:
        tree |= Page.objects.descendant_of(page, inclusive=True)
    people = people_whose_record_needs(tree)
    if not people:
        return None
    reason = ngettext(
        "This page cannot be deleted: the training record of %(count)d person needs it.",
        "This page cannot be deleted: the training record of %(count)d people needs it.",
        people,
    )
    courses = CoursePage.objects.filter(pk__in=tree.values("pk"), is_archived=False)
    archive = [
        messages.button(reverse("course_archive", args=[course.pk]), _("Archive “%(course)s”") % {"course": course})
        for course in courses[:5]
    ]
    way_out = _("Archived, a course leaves the catalogue and who is enrolled goes on. A step can be unpublished.")
    messages.error(request, f"{reason % {'count': people}} {way_out}", buttons=archive)
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def people_whose_record_needs(tree) -> int:
    """How many people are or were enrolled in these courses, or have left evidence on these steps."""
    enrolled = Enrolment.objects.filter(edition__course__in=tree.values("pk"))
    evidence = Enrolment.objects.filter(steps__step__in=tree.values("pk"))
    sat = Enrolment.objects.filter(attempts__quiz__in=tree.values("pk"))
    return (
        User.objects.filter(Q(enrolments__in=enrolled) | Q(enrolments__in=evidence) | Q(enrolments__in=sat))
        .distinct()
        .count()
    )


@hooks.register("before_delete_page")
def refuse_deletion(request, page):
    return refuse_if_used(request, [page])


@hooks.register("before_bulk_action")
def refuse_bulk_deletion(request, action_type, objects, action):
    if action_type == "delete" and objects and isinstance(objects[0], Page):
        return refuse_if_used(request, objects)
    return None


@hooks.register("register_admin_urls")
def archive_url():
    return [path("corsi/<int:pk>/archivia/", course_archive, name="course_archive")]


@require_http_methods(["GET", "HEAD", "POST"])
def course_archive(request, pk):
    """Ask once, then take the course out of the catalogue."""
    course = get_object_or_404(CoursePage.objects.filter(is_archived=False), pk=pk)
    if not course.permissions_for_user(request.user).can_publish():
        raise Http404
    if request.method == "POST":
        archive_course(course, actor=request.user, now=timezone.now())
        messages.success(request, _("“%(course)s” is archived.") % {"course": course})
        return redirect("wagtailadmin_explore", course.get_parent().pk)
    return render(request, "courses/admin/course_archive.html", {"course": course})


@hooks.register("after_publish_page")
def say_what_is_missing(request, page):
    if isinstance(page, CoursePage) and page.is_in_preparation:
        text = _("The course is still “in preparation”: to open it to enrolment, untick that box under “State”.")
        messages.warning(request, text)
