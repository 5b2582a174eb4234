"""Three courses for an area: the ones that help where it is weakest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from django.db.models import Q
from django.db.models.functions import Lower

from courses.models.catalogue import CoursePage
from courses.models.edition import Edition
from courses.models.enrolment import Enrolment
from territory.models import Area
from territory.models.profile import AreaProfile, DomainIndex

SUGGESTED = 3


@dataclass(frozen=True)
class Suggestion:
    """A course and its reason: the domain that it helps in, and which place that has among the weakest (1: weakest)."""

    course: CoursePage
    domain: DomainIndex
    place: int


def suggestions(profile: AreaProfile, area: Area, *, user, on: date) -> list[Suggestion]:
    """One course for each of the weakest domains, then a second one; none that `user` has completed."""
    courses = list(_courses(area, user=user, on=on))
    lines = [
        [Suggestion(course, domain, place) for course in courses if course.pillar_id in domain.domain.pillar_ids]
        for place, domain in enumerate(weak_domains(profile), start=1)
    ]
    return _different(each for each in chain.from_iterable(zip_longest(*lines)) if each)[:SUGGESTED]


def weak_domains(profile: AreaProfile) -> list[DomainIndex]:
    """The ones more fragile than the reference; where none is, the weakest of them."""
    return [domain for domain in profile.weakest if domain.index > 100] or profile.weakest[:1]


def _courses(area: Area, *, user, on: date):
    """Open courses with an edition that the staff of the area may ask for on this day."""
    for_area = Q(areas=None, bodies=None) | Q(areas=area) | Q(bodies__area=area)
    editions = Edition.objects.open(on=on).filter(for_area).exclude(admission=Edition.Admission.INVITATION)
    found = CoursePage.objects.published().filter(pk__in=editions.values("course")).order_by(Lower("title"))
    if not user.is_authenticated:
        return found
    return found.exclude(pk__in=Enrolment.objects.completed().filter(user=user).values("edition__course"))


def _different(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Each course once, with the reason that comes first."""
    by_course: dict[int, Suggestion] = {}
    for each in found:
        by_course.setdefault(each.course.pk, each)
    return list(by_course.values())
