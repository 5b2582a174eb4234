"""The coordination pages about people: find, look at, correct, give roles, invite."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import correct_name, end_role, grant_role, invite, move_person
from accounts.forms import InvitationForm, MoveForm, NameForm, PeopleFilterForm, RoleForm
from accounts.forms.people import bodies_of
from accounts.models import Employment, RoleAssignment, User
from accounts.permissions import can_correct_name, can_end_role, opens_confirmations, opens_people_pages
from accounts.views.body_search import chosen_body, search_bodies

PER_PAGE = 25


def _people(request):
    """Whom a coordinator manages."""
    if not opens_people_pages(request.user):
        raise Http404
    return User.objects.manageable_by(request.user).annotate_has_training_page(request.user)


@require_safe
def people_list(request):
    """Coordinators open a person from here; referents read the names of their staff."""
    if not opens_confirmations(request.user):
        raise Http404
    form = PeopleFilterForm(request.GET, actor=request.user)
    everybody = User.objects.manageable_by(request.user).annotate_has_training_page(request.user)
    people = _with_facts(filtered_people(everybody, form, request.user), request.user)
    page = Paginator(people.order_by("last_name", "first_name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "chosen": form.cleaned_data.get("body")}
    return render(request, "accounts/people_list.html", context)


def filtered_people(people, form: PeopleFilterForm, viewer: User):
    form.is_valid()  # a filter that is not offered is left out of cleaned_data, and so ignored
    wanted = form.cleaned_data
    facts = {name: wanted[name] for name in ("area", "body", "role", "state") if wanted.get(name)}
    return people.named_like(wanted.get("q", "")).narrowed_to(viewer=viewer, **facts)


def _with_facts(people, viewer: User):
    """Employments and roles of a page of people in two queries, only the ones that the viewer may see."""
    today = timezone.localdate()
    employments = Employment.objects.visible_to(viewer).current(on=today).filter(refused_at=None)
    roles = RoleAssignment.objects.visible_to(viewer).current(on=today)
    return people.prefetch_related(
        Prefetch("employments", employments.select_related("body"), to_attr="shown_employments"),
        Prefetch("roles", roles.select_related("area", "body"), to_attr="shown_roles"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_manage(request, pk):
    """The facts of one person; a POST corrects the name."""
    person = get_object_or_404(_people(request), pk=pk)
    may_rename = person != request.user and can_correct_name(request.user, person)
    form = NameForm(request.POST or None, initial={"first_name": person.first_name, "last_name": person.last_name})
    if may_rename and form.is_valid():
        correct_name(person, **form.cleaned_data, actor=request.user, now=timezone.now())
        messages.success(request, _("The name has been saved."))
        return redirect("accounts:person_manage", pk=pk)
    role_form = None if person == request.user else RoleForm(actor=request.user, user=person)
    return _person_page(request, person, name_form=form if may_rename else None, role_form=role_form)


def _person_page(request, person: User, *, name_form, role_form):
    roles = person.roles.visible_to(request.user).select_related("area", "body")
    current = roles.current(on=timezone.localdate())
    context = {
        "person": person,
        "name_form": name_form,
        "role_form": role_form,
        "employments": person.employments.visible_to(request.user).select_related("body__area"),
        "roles": [(role, can_end_role(request.user, role)) for role in current],
    }
    return render(request, "accounts/person_manage.html", context)


def _ask_anci_again(request) -> None:
    """ANCI's roles reach everybody: password or code within the last minutes, else allauth asks and comes back."""
    if request.user.scope.is_anci:
        raise_if_reauthentication_required(request, app="accounts")


@require_POST
def role_create(request, pk):
    person = get_object_or_404(_people(request).exclude(pk=request.user.pk), pk=pk)
    _ask_anci_again(request)
    form = RoleForm(request.POST, actor=request.user, user=person)
    if form.is_valid():
        try:
            role = grant_role(person, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("%(name)s now is: %(role)s.") % {"name": person, "role": role})
            return redirect("accounts:person_manage", pk=pk)
    return _person_page(request, person, name_form=None, role_form=form)


@require_POST
def role_end(request, pk):
    if not opens_people_pages(request.user):
        raise Http404
    visible = RoleAssignment.objects.visible_to(request.user).filter(ended_at=None)
    role = get_object_or_404(visible.select_related("user", "area", "body__area"), pk=pk)
    _ask_anci_again(request)
    try:
        end_role(role, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s no longer is: %(role)s.") % {"name": role.user, "role": role})
    return redirect("accounts:person_manage", pk=role.user_id)


@require_http_methods(["GET", "HEAD", "POST"])
def employment_move(request, pk):
    """Another body of the own areas, then the day; one's own employment is moved by somebody else."""
    if not opens_people_pages(request.user):
        raise Http404
    going_on = Employment.objects.visible_to(request.user).confirmed().filter(ended_on=None)
    employment = get_object_or_404(going_on.exclude(user=request.user).select_related("user", "body"), pk=pk)
    bodies = bodies_of(request.user).exclude(pk=employment.body_id)
    body = chosen_body(request, bodies)
    initial = {"body": body and body.pk, "job_title": employment.job_title, "share_percent": employment.share_percent}
    form = MoveForm(request.POST or None, actor=request.user, initial=initial)
    if form.is_valid():
        try:
            move_person(employment, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s goes on at %(body)s.") % {"name": employment.user, "body": body})
            return redirect("accounts:person_manage", pk=employment.user_id)
    context = {"form": form, "employment": employment, "body": body, **search_bodies(request, bodies)}
    return render(request, "accounts/employment_move.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request):
    """For coordinators in their areas, for referents at their body."""
    if not opens_confirmations(request.user):
        raise Http404
    bodies = bodies_of(request.user)
    body = chosen_body(request, bodies) or _only(bodies)
    form = InvitationForm(request.POST or None, actor=request.user, initial={"body": body and body.pk})
    if form.is_valid():
        try:
            invite(actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
            return redirect("accounts:invitation_create")
    context = {"form": form, "body": body, **search_bodies(request, bodies)}
    return render(request, "accounts/invitation_create.html", context)


def _only(bodies):
    """The body of a referent of one: no search needed."""
    first_two = list(bodies[:2])
    return first_two[0] if len(first_two) == 1 else None
