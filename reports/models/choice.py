"""What an address asks a list to show: the year, a place, a course or what courses have in common, a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Scope
from courses.models import CoursePage
from reports.models.period import Period
from reports.models.summary import FIRST_YEAR
from territory.models import Area, Objective, Pillar, PublicBody


class OutOfReach(Exception):
    """The place is not there, or not for this person."""


@dataclass(frozen=True)
class Choice:
    period: Period
    area: Area | None = None
    body: PublicBody | None = None
    course: CoursePage | None = None
    theme: str = ""
    pillar: Pillar | None = None
    objective: Objective | None = None
    state: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str], scope: Scope, *, today: date) -> "Choice":
        """Read the address. An unknown value is no error; raise OutOfReach for a place outside the reader's reach."""
        theme, state = parameters.get("tema", ""), parameters.get("stato", "")
        return cls(
            Period(year_of(parameters.get("anno", ""), today), today),
            _area(parameters.get("area", ""), scope),
            _body(parameters.get("ente", ""), scope),
            _by_number(CoursePage.objects.all(), "pk", parameters.get("corso", "")),
            theme if theme in CoursePage.Theme.values else "",
            _by_number(Pillar.objects.all(), "number", parameters.get("pilastro", "")),
            Objective.objects.filter(code=parameters.get("obiettivo", "")[:5]).first(),
            state if state.isascii() else "",
        )

    @property
    def place(self) -> Q:
        area = Q(area=self.area.pk) if self.area else Q()
        return area & Q(body=self.body.pk) if self.body else area

    def words(self) -> list[tuple[str, str]]:
        """What was chosen, as the page and the head of a workbook say it."""
        chosen = [
            (_("Year"), str(self.period.year)),
            (_("Inner area"), self.area and self.area.name),
            (_("Body"), self.body and self.body.full_name),
            (pgettext("certificate", "Course"), self.course and self.course.title),
            (_("Theme"), self.theme and str(CoursePage.Theme(self.theme).label)),
            (_("Pillar"), self.pillar and self.pillar.name),
            (_("Objective"), self.objective and self.objective.text),
        ]
        return [(label, value) for label, value in chosen if value]

    def course_filter(self, path: str) -> Q:
        """The filters of courses; `path` leads to the course."""
        found = Q(**{path: self.course}) if self.course else Q()
        if self.theme:
            found &= Q(**{f"{path}__theme": self.theme})
        if self.pillar:
            found &= Q(**{f"{path}__pillar": self.pillar})
        if self.objective:
            found &= Q(**{f"{path}__objective": self.objective})
        return found


def year_of(wanted: str, today: date) -> int:
    """The year of `?anno=`, or this one."""
    is_year = len(wanted) == 4 and wanted.isascii() and wanted.isdigit()
    return int(wanted) if is_year and FIRST_YEAR <= int(wanted) <= today.year else today.year


def _area(slug: str, scope: Scope) -> Area | None:
    if not slug:
        return None
    areas = Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)
    return _required(areas.filter(slug=slug[:80]))


def _body(key: str, scope: Scope) -> PublicBody | None:
    if not key:
        return None
    if not _is_number(key):
        raise OutOfReach
    reach = Q() if scope.is_anci else Q(area__in=scope.area_ids) | Q(pk__in=scope.body_ids)
    return _required(PublicBody.objects.filter(reach, pk=key))


def _required(rows):
    found = rows.first()
    if found is None:
        raise OutOfReach
    return found


def _by_number(rows, field: str, key: str):
    return rows.filter(**{field: key}).first() if key and _is_number(key) else None


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 10
