"""Who of a body is trained on what, and which themes hang on one person or have lost the last one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import Employment
from courses.models import CoursePage, Enrolment
from reports.models.people import PersonRow, Staff
from territory.models import PublicBody


@dataclass(frozen=True)
class ThemeRow:
    """A theme on which somebody has completed a course for the body: the people who still work there, by name."""

    label: str
    holders: list[PersonRow]

    @property
    def is_lost(self) -> bool:
        """Whoever knew it has left."""
        return not self.holders

    @property
    def hangs_on_one(self) -> bool:
        return len(self.holders) == 1


def _completed_for(body: PublicBody) -> QuerySet[Enrolment]:
    """What was completed for the body, and for the ones that have become it: their staff goes on here."""
    bodies = [body.pk, *(old for old, heir in PublicBody.objects.heirs().items() if heir == body.pk)]
    return Enrolment.objects.counted().completed().filter(body__in=bodies).order_by()


def holders_by_theme(body: PublicBody, staff: Staff) -> list[ThemeRow]:
    """Two queries; the themes that need somebody come first."""
    found = set(_completed_for(body).values_list("edition__course__theme", "user_id"))
    here = [row for row in staff.rows if row.employment is not None]
    rows = [
        ThemeRow(str(label), [row for row in here if (theme, row.person.pk) in found])
        for theme, label in CoursePage.Theme.choices
        if any(known == theme for known, _user in found)
    ]
    return sorted(rows, key=lambda row: (len(row.holders), row.label))


def themes_lost(body: PublicBody, leavers: Iterable[int], *, on: date) -> list[CoursePage.Theme]:
    """The themes that the leavers have completed a course on for the body, and nobody who works there on that day."""
    completed = _completed_for(body)
    staff = Employment.objects.confirmed().current(on=on).filter(body=body, user__is_active=True)
    kept = completed.filter(user__in=staff.values("user")).values("edition__course__theme")
    lost = completed.filter(user__in=leavers).exclude(edition__course__theme__in=kept)
    found = set(lost.values_list("edition__course__theme", flat=True))
    return [theme for theme in CoursePage.Theme if theme in found]
