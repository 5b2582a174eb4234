"""The editors' side: question bank and act templates, and a course page that is in use cannot be deleted."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageTitleColumn
from wagtail.admin.views.pages.bulk_actions import DeleteBulkAction
from wagtail.admin.views.reports import PageReportView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, ReferenceIndex
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from accounts.models import User
from courses import gift
from courses.actions import copy_course
from courses.actions.analysis import analyse_quiz
from courses.actions.catalogue import archive_course
from courses.actions.questions import as_gift, import_questions
from courses.filters import QuestionFilter
from courses.forms import CopyToDatesForm
from courses.models import ActTemplate, CourseFile, CoursePage, Enrolment, LessonPage, Question, QuizPage, Recording
from courses.models.question_form import GiftImportForm
from courses.scoring import MINIMUM


class QuestionIndexView(IndexView):
    @cached_property
    def header_more_buttons(self):
        shown = self.request.GET.urlencode()
        return [
            *super().header_more_buttons,
            Button(_("Import from GIFT"), reverse("question_import"), icon_name="upload", priority=60),
            Button(_("Export to GIFT"), f"{reverse('question_export')}?{shown}", icon_name="download", priority=70),
        ]


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions")
    menu_order = 220
    add_to_admin_menu = True
    list_display = ["code", "text", "kind", "use_count"]
    list_per_page = 50
    filterset_class = QuestionFilter
    index_view_class = QuestionIndexView

    def get_queryset(self, request):
        return Question.objects.with_use_count()


class ActTemplateViewSet(SnippetViewSet):
    model = ActTemplate
    icon = "doc-full"
    menu_label = gettext_lazy("Act templates")
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["title", "course", "version", "valid_on"]
    list_filter = ["course"]


class CourseFileViewSet(SnippetViewSet):
    model = CourseFile
    icon = "image"
    menu_label = gettext_lazy("Pictures and documents")
    menu_order = 235
    add_to_admin_menu = True
    list_display = ["title", "course", "extension"]
    list_filter = ["course"]


class RecordingViewSet(SnippetViewSet):
    model = Recording
    icon = "media"
    menu_label = gettext_lazy("Video and audio")
    menu_order = 240
    add_to_admin_menu = True
    list_display = ["title", "course", "is_video", "duration_seconds"]
    list_filter = ["course"]


register_snippet(QuestionViewSet)
register_snippet(ActTemplateViewSet)
register_snippet(RecordingViewSet)
register_snippet(CourseFileViewSet)


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


class CourseCopyForm(CopyForm):
    """A copy begins as a draft: its code is provisional, and two courses cannot share one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


CoursePage.copy_form_class = CourseCopyForm  # Wagtail asks the page class, which stands below forms


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
        if not isinstance(snippet, ActTemplate | CourseFile | Recording):
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
def urls():
    return [
        path("corsi/<int:pk>/archivia/", course_archive, name="course_archive"),
        path("domande/importa/", question_import, name="question_import"),
        path("domande/esporta/", question_export, name="question_export"),
        path("prove/<int:pk>/analisi/", quiz_analysis, name="quiz_analysis"),
    ]


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


@require_http_methods(["GET", "HEAD", "POST"])
def question_import(request):
    """A GIFT text, pasted or from a file: checked, or stored; what cannot be read is listed line by line."""
    if not request.user.has_perm("courses.add_question"):
        raise Http404
    form, outcome = GiftImportForm(request.POST or None, request.FILES or None), None
    if form.is_valid():
        is_trial = "check" in request.POST
        outcome = import_questions(**form.words(), is_trial=is_trial, actor=request.user, now=timezone.now())
        if outcome.stored and not is_trial:
            messages.success(request, _stored(outcome.stored))
            return redirect("wagtailsnippets_courses_question:list")
        form = GiftImportForm(initial=form.words() | {"tags": ", ".join(form.words()["tags"])})  # a file is text now
    return render(request, "courses/admin/question_import.html", {"form": form, "outcome": outcome})


def _stored(count: int) -> str:
    return ngettext("%(count)d question stored.", "%(count)d questions stored.", count) % {"count": count}


@require_safe
def question_export(request):
    """The questions that the list shows, as GIFT."""
    if not request.user.has_perm("courses.view_question"):
        raise Http404
    questions = Question.objects.prefetch_related("choices", "tagged_items__tag")
    text = gift.write(as_gift(QuestionFilter(request.GET, queryset=questions, request=request).qs))
    headers = {"Content-Disposition": 'attachment; filename="domande.gift"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def quiz_analysis(request, pk):
    """Facility, discrimination and how often each answer was taken; nobody's name."""
    quiz = get_object_or_404(QuizPage, pk=pk)
    if not quiz.permissions_for_user(request.user).can_edit():
        raise Http404
    rows = analyse_quiz(quiz)
    attempts = max((row.item.attempts for row in rows), default=0)
    context = {"quiz": quiz, "rows": rows, "attempts": attempts, "minimum": MINIMUM}
    return render(request, "courses/admin/quiz_analysis.html", context)


@hooks.register("register_page_header_buttons")
def analysis_button(page, user, view_name, next_url=None):
    if isinstance(page, QuizPage) and page.pk and page.permissions_for_user(user).can_edit():
        yield Button(_("Item analysis"), reverse("quiz_analysis", args=[page.pk]), icon_name="order", priority=66)
