"""The editors' side: question bank and act templates, and a course page that is in use cannot be deleted."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import ActTemplate, Attempt, Enrolment, Question, StepProgress


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
    """Send the editor back with the reason when a page below `pages` carries enrolments or evidence."""
    tree = Page.objects.none()
    for page in pages:
        tree |= Page.objects.descendant_of(page, inclusive=True)
    tree = tree.values("pk")
    people = Enrolment.objects.filter(edition__course__in=tree).values("user").distinct().count()
    evidence = StepProgress.objects.filter(step__in=tree).exists() or Attempt.objects.filter(quiz__in=tree).exists()
    if not people and not evidence:
        return None
    reason = ngettext(
        "This page cannot be deleted: %(count)d person is or was enrolled, and their record needs it.",
        "This page cannot be deleted: %(count)d people are or were enrolled, and their record needs it.",
        people,
    )
    way_out = _("To take it out of the catalogue, open the course and tick “archived”; to hide a step, unpublish it.")
    messages.error(request, f"{reason % {'count': people}} {way_out}")
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


@hooks.register("before_delete_page")
def refuse_deletion(request, page):
    return refuse_if_used(request, [page])


@hooks.register("before_bulk_action")
def refuse_bulk_deletion(request, action_type, objects, action):
    if action_type == "delete" and objects and isinstance(objects[0], Page):
        return refuse_if_used(request, objects)
    return None
