"""Courses in the CMS: their list, archiving, copying, publishing, and which lessons are useful."""

from django.core.exceptions import ValidationError
from django.db.models import Value
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageTitleColumn
from wagtail.admin.views.reports import PageReportView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.actions import copy_course
from courses.actions.catalogue import archive_course
from courses.forms import CopyToDatesForm
from courses.models import CoursePage, LessonPage


class CourseViewSet(PageViewSet):
    """The list of courses says in which state each is: that it is live says little."""

    model = CoursePage
    list_filter = ["is_in_preparation", "is_archived", "theme", "level", "modality"]
    list_export = ["code", "title", "state", "credit_minutes", "latest_revision_created_at"]
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=gettext_lazy("Title"), sort_key="title", classname="title"),
        Column("code", label=gettext_lazy("Code"), sort_key="code", width="12%"),
        DateColumn(
            "latest_revision_created_at",
            label=gettext_lazy("Updated"),
            sort_key="latest_revision_created_at",
            width="15%",
        ),
        StatusTagColumn("state", label=gettext_lazy("State"), primary=lambda course: course.is_open(), width="15%"),
    ]


@hooks.register("register_admin_viewset")
def course_list():
    return CourseViewSet("course_pages")


@hooks.register("construct_explorer_page_queryset")
def waiting_steps(parent_page, pages, request):
    """Say in the list of a draft course that its steps wait for it, though they are live themselves."""
    is_draft = isinstance(parent_page, CoursePage) and not parent_page.live
    return pages.annotate(waits_for_course=Value(True)) if is_draft else pages


class CourseCopyForm(CopyForm):
    """A copy begins as a draft: its code is provisional, and two courses cannot share one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


CoursePage.copy_form_class = CourseCopyForm  # Wagtail asks the page class, which stands below forms


@hooks.register("before_publish_page")
def refuse_to_publish_a_provisional_code(request, page):
    if isinstance(page, CoursePage) and page.has_draft_code:
        text = _("Saved as a draft, not published: the code %(code)s is provisional. Give the course its own first.")
        messages.error(request, text % {"code": page.code})
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_bulk_action")
def refuse_to_publish_provisional_codes(request, action_type, objects, action):
    if action_type != "publish" or not (objects and isinstance(objects[0], Page)):
        return None
    tree = Page.objects.filter(pk__in=[page.pk for page in objects])
    if action.cleaned_form.cleaned_data["include_descendants"]:
        for page in objects:
            tree |= Page.objects.descendant_of(page)
    drafts = CoursePage.objects.filter(pk__in=tree.values("pk"), live=False)
    names = [str(course) for course in drafts if course.get_latest_revision_as_object().has_draft_code]
    if not names:
        return None
    text = _("Nothing has been published: the code is still provisional in %(courses)s.")
    messages.error(request, text % {"courses": ", ".join(f"“{name}”" for name in names)})
    return redirect("wagtailadmin_explore", objects[0].get_parent().pk)


@hooks.register("register_page_listing_more_buttons")
def archive_in_the_list(page, user, next_url=None):
    if isinstance(page, CoursePage) and _may_archive(page, user):
        yield Button(_("Archive"), reverse("course_archive", args=[page.pk]), icon_name="folder-inverse", priority=35)


@hooks.register("register_page_header_buttons")
def archive_in_the_header(page, user, view_name, next_url=None):
    yield from archive_in_the_list(page, user)


def _may_archive(course: CoursePage, user) -> bool:
    return course.live and not course.is_archived and course.permissions_for_user(user).can_publish()


@hooks.register("register_admin_urls")
def archive_url():
    return [path("corsi/<int:pk>/archivia/", course_archive, name="course_archive")]


@require_http_methods(["GET", "HEAD", "POST"])
def course_archive(request, pk):
    """Ask once, then take the course out of the catalogue."""
    course = get_object_or_404(CoursePage.objects.live().filter(is_archived=False), pk=pk)
    if not course.permissions_for_user(request.user).can_publish():
        raise Http404
    if request.method == "POST":
        archive_course(course, actor=request.user, now=timezone.now())
        messages.success(request, _("“%(course)s” is archived.") % {"course": course})
        return redirect("wagtailadmin_explore", course.get_parent().pk)
    return render(request, "courses/admin/course_archive.html", {"course": course})


class UsefulnessReport(PageReportView):
    """Which lessons their readers found useful: counts, never names."""

    page_title = gettext_lazy("Useful lessons")
    header_icon = "tick"
    index_url_name = "lesson_usefulness"
    index_results_url_name = "lesson_usefulness_results"
    results_template_name = "courses/admin/usefulness.html"
    any_permission_required = ["change", "publish"]
    list_export = ["title", "useful", "not_useful"]
    export_headings = {"useful": gettext_lazy("Useful"), "not_useful": gettext_lazy("Not useful")}

    def get_queryset(self):
        return LessonPage.objects.with_usefulness()


@hooks.register("register_admin_urls")
def usefulness_urls():
    return [
        path("utilita/", UsefulnessReport.as_view(), name="lesson_usefulness"),
        path("utilita/righe/", UsefulnessReport.as_view(results_only=True), name="lesson_usefulness_results"),
    ]


@hooks.register("register_reports_menu_item")
def usefulness_menu_item():
    return MenuItem(UsefulnessReport.page_title, reverse("lesson_usefulness"), icon_name="tick", order=900)


@hooks.register("register_page_header_buttons")
def copy_button(page, user, view_name, next_url=None):
    """The CMS's own copy knows nothing of editions and dates."""
    if page.specific_class is CoursePage:
        url = reverse("course_copy", args=[page.pk])
        yield Button(_("Copy to new dates"), url, icon_name="copy", priority=35)


@hooks.register("register_admin_urls")
def copy_url():
    return [path("corsi/<int:pk>/copia/", course_copy, name="course_copy")]


@require_http_methods(["GET", "HEAD", "POST"])
def course_copy(request, pk):
    course = get_object_or_404(CoursePage, pk=pk)
    if not course.get_parent().permissions_for_user(request.user).can_add_subpage():
        raise Http404
    form = CopyToDatesForm(request.POST or None, initial={"title": course.title})
    if form.is_valid():
        try:
            twin = copy_course(course, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The copy is ready, as a draft."))
            return redirect("wagtailadmin_explore", twin.pk)
    return render(request, "courses/admin/course_copy.html", {"course": course, "form": form})


@hooks.register("after_publish_page")
def say_what_is_missing(request, page):
    if isinstance(page, CoursePage) and page.is_in_preparation:
        text = _("The course is still “in preparation”: to open it to enrolment, untick that box under “State”.")
        messages.warning(request, text)
