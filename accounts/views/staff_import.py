"""The staff as a file: in, with its columns named and every row looked at before anything is written; and out."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import check_staff, confirm_staff, upload_staff
from accounts.actions.staff_import import KINDS, can_choose_columns, is_ready
from accounts.forms import PeopleFilterForm, StaffColumnsForm, StaffUploadForm
from accounts.forms.staff_import import LABELS, PROBLEMS
from accounts.models import Employment, User
from accounts.permissions import can_import_staff, opens_confirmations
from accounts.views.people import filtered_people
from journal.models import Job
from lib.spreadsheets import table_response

JOBS_SHOWN = 5
HEADER = [
    gettext_lazy("E-mail"),
    *(LABELS[name] for name in ("last_name", "first_name", "body_code", "body", "job_title")),
    *(LABELS[name] for name in ("started_on", "ended_on", "share_percent")),
]


def _own_imports(request):
    """The imports of this person, as long as the role lasts."""
    if not can_import_staff(request.user):
        raise Http404
    return Job.objects.filter(kind__in=KINDS, requested_by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def staff_import(request):
    jobs = _own_imports(request)
    form = StaffUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = upload_staff(form.cleaned_data["file"], actor=request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            return redirect("accounts:staff_import_detail", pk=job.pk)
    return render(request, "accounts/staff_import.html", {"form": form, "jobs": jobs[:JOBS_SHOWN]})


@require_http_methods(["GET", "HEAD", "POST"])
def staff_import_detail(request, pk):
    """The columns, the progress, the faults or the figures; a POST names the columns."""
    job, now = get_object_or_404(_own_imports(request), pk=pk), timezone.now()
    form = None
    if can_choose_columns(job, now=now):
        form = StaffColumnsForm(request.POST or None, columns=job.parameters["columns"])
        if form.is_valid():
            check_staff(job, columns=form.cleaned_data, now=now)
            return redirect("accounts:staff_import_detail", pk=pk)
    context = {"job": job, "form": form, "is_ready": is_ready(job, now=now), "errors": _errors(job)}
    response = render(request, "accounts/staff_import_detail.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _errors(job: Job) -> list[dict]:
    """Line, column, what was read there and what is wrong, in the language of the reader."""
    return [
        {"line": line, "column": LABELS[column], "value": value, "problem": PROBLEMS[problem]}
        for line, column, problem, value in job.outcome.get("errors", [])
    ]


@require_POST
def staff_import_confirm(request, pk):
    confirm_staff(get_object_or_404(_own_imports(request), pk=pk), now=timezone.now())
    return redirect("accounts:staff_import_detail", pk=pk)


@require_safe
def people_export(request):
    """The confirmed staff of the filtered list in the columns that an import reads: CSV, or XLSX when asked for."""
    if not opens_confirmations(request.user):
        raise Http404
    form, viewer = PeopleFilterForm(request.GET, actor=request.user), request.user
    people = filtered_people(User.objects.manageable_by(viewer), form, viewer)
    staff = Employment.objects.staff_of(viewer, on=timezone.localdate()).filter(user__in=people)
    wanted = {"body__area": form.cleaned_data.get("area"), "body": form.cleaned_data.get("body")}
    rows = staff.filter(**{name: value for name, value in wanted.items() if value}).staff_table().iterator()
    name = f"personale-{timezone.localdate().isoformat()}"
    return table_response(request, name, _("Staff"), HEADER, rows)
