"""The question bank and the other files of the courses: lists, GIFT in and out, item analysis."""

from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from courses import gift
from courses.actions.analysis import analyse_quiz
from courses.actions.questions import as_gift, import_questions, question_pictures
from courses.filters import QuestionFilter
from courses.models import ActTemplate, CourseFile, GlossaryTerm, Question, QuizPage, Recording
from courses.models.question_form import GiftImportForm
from courses.scoring import MINIMUM
from lib.archives import write_zip


class CodeIndexView(IndexView):
    """Finds a row by a part of its code too: the search index takes a code to pieces, each database in its own way."""

    code_field: str

    def search_queryset(self, queryset):
        found = super().search_queryset(queryset)
        if not self.search_query:
            return found
        by_code = Q(**{f"{self.code_field}__icontains": self.search_query.strip()})
        return queryset.filter(by_code | Q(pk__in=[row.pk for row in found]))


class QuestionIndexView(CodeIndexView):
    code_field = "code"

    @cached_property
    def header_more_buttons(self):
        shown = self.request.GET.urlencode()
        return [
            *super().header_more_buttons,
            Button(_("Import from GIFT"), reverse("question_import"), icon_name="upload", priority=60),
            Button(_("Export to GIFT"), f"{reverse('question_export')}?{shown}", icon_name="download", priority=70),
        ]


class SavedByHand:
    """A question has no draft: what Wagtail stored while somebody types would be asked in the next quiz."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False


class QuestionCreateView(SavedByHand, CreateView):
    pass


class QuestionEditView(SavedByHand, EditView):
    pass


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
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView

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
    list_display = ["title", "course", "kind", "minutes"]
    list_filter = ["course"]


class GlossaryTermIndexView(CodeIndexView):
    code_field = "slug"


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = gettext_lazy("Glossary")
    menu_order = 225
    add_to_admin_menu = True
    list_display = ["term", "slug"]
    index_view_class = GlossaryTermIndexView


register_snippet(GlossaryTermViewSet)
register_snippet(QuestionViewSet)
register_snippet(ActTemplateViewSet)
register_snippet(RecordingViewSet)
register_snippet(CourseFileViewSet)


@hooks.register("register_admin_urls")
def urls():
    return [
        path("domande/importa/", question_import, name="question_import"),
        path("domande/esporta/", question_export, name="question_export"),
        path("domande/<int:pk>/immagine/", question_picture, name="question_picture"),
        path("prove/<int:pk>/analisi/", quiz_analysis, name="quiz_analysis"),
    ]


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
    """The questions that the list shows, as GIFT; with pictures, as a zip of the text and the pictures."""
    if not request.user.has_perm("courses.view_question"):
        raise Http404
    questions = Question.objects.prefetch_related("choices", "tagged_items__tag")
    shown = list(QuestionFilter(request.GET, queryset=questions, request=request).qs)
    text, pictures = gift.write(as_gift(shown)), question_pictures(shown)
    if pictures:
        packed = write_zip({"domande.gift": text.encode(), **pictures})
        headers = {"Content-Disposition": 'attachment; filename="domande.zip"'}
        return HttpResponse(packed, content_type="application/zip", headers=headers)
    headers = {"Content-Disposition": 'attachment; filename="domande.gift"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def question_picture(request, pk):
    """For the editor's preview."""
    question = get_object_or_404(Question.objects.exclude(picture=""), pk=pk)
    if not request.user.has_perm("courses.view_question"):
        raise Http404
    return FileResponse(question.picture.open("rb"), content_type="image/webp")


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
