"""A whole course as a zip of text files, out of the CMS and in again."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from courses.actions.content import import_course
from courses.actions.course_export import export_course
from courses.forms import CourseImportForm
from courses.models import CatalogueIndexPage, CoursePage
from lib.archives import write_zip


@hooks.register("register_admin_urls")
def urls():
    return [
        path("corsi/<int:pk>/esporta/", course_export, name="course_export"),
        path("corsi/importa/", course_import, name="course_import"),
    ]


@hooks.register("register_page_header_buttons")
def buttons(page, user, view_name, next_url=None):
    if page.specific_class is CoursePage and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Take out as files"), reverse("course_export", args=[page.pk]), icon_name="download", priority=36
        )
    if page.specific_class is CatalogueIndexPage and _may_import(page, user):
        yield Button(_("Make a course of files"), reverse("course_import"), icon_name="upload", priority=36)


def _may_import(index: CatalogueIndexPage, user) -> bool:
    return index.permissions_for_user(user).can_add_subpage() and user.has_perm("courses.add_question")


@require_safe
def course_export(request, pk):
    course = get_object_or_404(CoursePage, pk=pk)
    if not course.permissions_for_user(request.user).can_edit():
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{slugify(course.code)}.zip"'}
    return HttpResponse(write_zip(export_course(course)), content_type="application/zip", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def course_import(request):
    """A zip makes a draft course, or is refused whole with the file and the reason."""
    index = get_object_or_404(CatalogueIndexPage)
    if not _may_import(index, request.user):
        raise Http404
    form = CourseImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            course = import_course(
                form.cleaned_data["file"],
                changes=form.changes(),
                index=index,
                is_draft=True,
                actor=request.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.add_error("file", refused.messages)
        else:
            messages.success(request, _("The course is ready, as a draft. Look through it, then publish it."))
            return redirect("wagtailadmin_explore", course.pk)
    return render(request, "courses/admin/course_import.html", {"form": form})
