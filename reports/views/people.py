from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import User
from courses.permissions import can_decide_completion
from reports import filters
from reports.models import people, piao
from reports.models.holders import holders_by_theme
from reports.models.labels import SIZE_LABELS
from reports.models.peers import peers
from reports.models.tally import answered_for, first_year
from reports.permissions import (
    answered_bodies,
    may_cancel_enrolment,
    may_move_due_date,
    may_see_steps,
    may_see_topic,
)
from reports.reach import OfStaff
from territory.models import PublicBody, StaffCount


@require_GET
def body_detail(request, pk):
    scope = request.user.scope
    merged = Exists(PublicBody.objects.filter(successor=OuterRef("pk")))
    period = filters.period_of(request)
    counted = StaffCount.objects.of_body(on=period.as_of)
    bodies = (
        answered_bodies(scope)
        .select_related("area", "successor")
        .annotate(
            has_predecessors=merged,
            counted_people=Subquery(counted.values("people")[:1]),
            counted_on=Subquery(counted.values("counted_on")[:1]),
        )
    )
    body = get_object_or_404(bodies, pk=pk)
    is_coordinated = scope.is_anci or body.area_id in scope.area_ids
    began = first_year(period, answered_for(scope) & Q(body=body))
    staff = people.staff(body, scope, period)
    is_listed = body.ceased_on is None and not body.is_proposed
    near = peers(body, period) if is_listed else None
    context = {
        "body": body,
        "staff": staff,
        "themes": holders_by_theme(body, staff) if is_listed else [],
        "piao": piao.piao(body, period, staff=staff.current_ids),
        "target_hours": settings.TRAINING_TARGET_HOURS,
        "waiting_count": body.employments.awaiting().count(),
        "predecessors": body.publicbody_set.all() if body.has_predecessors else [],
        "period": period,
        "years": filters.years(began, period),
        "is_coordinated": is_coordinated,
        "of_staff": OfStaff.of_body(staff.tally.people, body.counted_people),
        "peers": near,
        "size_label": SIZE_LABELS[near.size] if near else "",
        "is_listed": is_listed,
        "has_domain_page": is_coordinated and is_listed,
    }
    return render(request, "reports/body_detail.html", context)


@require_GET
def person_detail(request, pk):
    scope = request.user.scope
    person = get_object_or_404(people.known_people(scope), pk=pk)
    period = filters.period_of(request)
    file = people.person_file(person, scope, period)
    context = {
        "person": person,
        "file": file,
        "period": period,
        "with_steps": {row.enrolment.pk for row in file.enrolments if may_see_steps(scope, row.enrolment.area_id)},
        "with_topic": {record.pk for record in file.tutoring if may_see_topic(scope, record.area_id)},
        "movable": {row.enrolment.pk for row in file.enrolments if may_move_due_date(scope, row.enrolment)},
        "decidable": {
            e.pk for e in (row.enrolment for row in file.enrolments) if can_decide_completion(request.user, e)
        },
        "cancellable": {row.enrolment.pk for row in file.enrolments if may_cancel_enrolment(scope, row.enrolment)},
        "is_coordinator": scope.is_coordinator,
        "may_manage": scope.is_coordinator and User.objects.manageable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "reports/person_detail.html", context)
