"""The log of the video room, uploaded after the meeting: map the columns, look, then write all of it or nothing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses import connection_log
from courses.actions import import_log
from courses.connection_log import Problem
from courses.forms import LogColumnsForm, LogUploadForm
from courses.models import LiveSession
from courses.views.attendance import people_of

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_import(request, pk):
    visible = LiveSession.objects.visible_to(request.user).select_related("edition__course")
    session = get_object_or_404(visible, pk=pk)
    context = {"session": session, "edition": session.edition}
    if request.method != "POST":
        return render(request, "courses/attendance_import.html", context | {"form": LogUploadForm()})
    if "text" not in request.POST:
        upload = LogUploadForm(request.POST, request.FILES)
        if not upload.is_valid():
            return render(request, "courses/attendance_import.html", context | {"form": upload})
        form = LogColumnsForm(LogColumnsForm.first_data(upload.cleaned_data["file"]))
    else:
        form = LogColumnsForm(request.POST)
    if form.is_valid():
        preview = Preview(form, session, request.user)
        context["preview"] = preview
        if "confirm" in request.POST and not preview.faults:
            try:
                return _write(request, session, preview)
            except ValidationError as error:
                form.add_error(None, error)
    return render(request, "courses/attendance_import.html", context | {"form": form})


def _write(request, session: LiveSession, preview: "Preview"):
    count = import_log(session, preview.stays(), actor=request.user, now=timezone.now())
    text = ngettext(
        "The log is imported: %(count)d new connection.", "The log is imported: %(count)d new connections.", count
    )
    messages.success(request, text % {"count": count} if count else _("Everything was there already."))
    return redirect("courses:attendance_update", session.pk)


class Preview:
    """What the file would do to this meeting."""

    def __init__(self, form: LogColumnsForm, session: LiveSession, user):
        self.people = {person.user.email.lower(): person for person in people_of(session, user)}
        self.entries, faults = connection_log.read(
            form.rows,
            {name: form.cleaned_data[name] for name in connection_log.COLUMNS},
            known=set(self.people),
            day=timezone.localdate(session.starts_at),
            zone=timezone.get_default_timezone(),
        )
        self.left_out = []
        if form.cleaned_data["leave_out_unknown"]:
            self.left_out = [fault for fault in faults if fault.problem == Problem.UNKNOWN]
            faults = [fault for fault in faults if fault.problem != Problem.UNKNOWN]
        self.faults = faults

    def stays(self) -> dict[int, list]:
        found: dict[int, list] = {}
        for entry in self.entries:
            found.setdefault(self.people[entry.email].pk, []).append(entry.stay)
        return found

    def shown(self):
        return [(entry, self.people[entry.email].user) for entry in self.entries[:SHOWN]]

    def faults_shown(self):
        return self.faults[:SHOWN]
