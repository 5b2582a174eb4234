"""What somebody’s record needs cannot be deleted, and says so."""

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions import DeleteBulkAction
from wagtail.models import Page, ReferenceIndex

from accounts.models import User
from courses.models import ActTemplate, CourseFile, CoursePage, Enrolment, GlossaryTerm, Recording


def refuse_if_used(request, pages):
    """Send the editor back with the reason, and with archiving, when somebody's record needs a page below `pages`."""
    trees = [(page, Page.objects.descendant_of(page, inclusive=True)) for page in pages]
    used = [(page, tree, people) for page, tree in trees if (people := people_whose_record_needs(tree))]
    if not used:
        return None
    reasons = [_reason(page, people) for page, _tree, people in used]
    if len(pages) > 1:
        reasons.append(_("Nothing has been deleted."))
    way_out = _("Archived, a course leaves the catalogue and who is enrolled goes on. A step can be unpublished.")
    buttons = [_archive_message_button(course) for _page, tree, _people in used for course in _courses_in_use(tree)]
    messages.error(request, " ".join([*reasons, way_out]), buttons=buttons[:5])
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def _reason(page, people: int) -> str:
    reason = ngettext(
        "“%(page)s” cannot be deleted: the training record of %(count)d person needs it.",
        "“%(page)s” cannot be deleted: the training record of %(count)d people needs it.",
        people,
    )
    return reason % {"page": page, "count": people}


def _courses_in_use(tree):
    enrolled = Enrolment.objects.filter(edition__course__in=tree.values("pk"))
    return CoursePage.objects.filter(pk__in=enrolled.values("edition__course"), is_archived=False).order_by("title")


def _archive_message_button(course):
    url = reverse("course_archive", args=[course.pk])
    return messages.button(url, _("Archive “%(course)s”") % {"course": course})


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


@hooks.register("before_delete_snippet")
def refuse_deletion_of_what_lessons_offer(request, snippets):
    """A file that a lesson names, or a recording that somebody has watched, stays."""
    for snippet in snippets:
        if not isinstance(snippet, ActTemplate | CourseFile | GlossaryTerm | Recording):
            continue
        lessons = [str(page) for page, _references in ReferenceIndex.get_grouped_references_to(snippet)]
        if lessons or (isinstance(snippet, Recording) and snippet.watchings.exists()):
            text = _("“%(file)s” cannot be deleted: lessons or training records need it. %(lessons)s")
            messages.error(request, text % {"file": snippet, "lessons": ", ".join(lessons)})
            return redirect(snippet.snippet_viewset.get_url_name("list"))
    return None


class PageDeletion(DeleteBulkAction):
    """Says at once, not after the confirmation, that a page is in use."""

    def get(self, request, *args, **kwargs):
        pages, _without_permission = self.get_actionable_objects()
        return (pages and refuse_if_used(request, pages)) or super().get(request, *args, **kwargs)


hooks.register("register_bulk_action", PageDeletion, order=1)  # after Wagtail's own, whose place it takes
