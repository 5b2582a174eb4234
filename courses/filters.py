"""The catalogue's search and facets: they live in the address, every value shows how many courses it would leave."""

from collections import Counter
from dataclasses import dataclass

import django_filters
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.admin.filters import WagtailFilterSet

from courses.models import CoursePage, Edition, Question
from lib.word_stems import matches
from territory.models import Area, Objective, Pillar

DURATIONS = [
    ("breve", _("up to 2 hours"), 120),
    ("media", _("up to 6 hours"), 360),
    ("lunga", _("more than 6 hours"), None),
]


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.is_chosen]


class CatalogueFilter:
    """The courses that the parameters leave. Unknown values are ignored; several of one facet widen, facets narrow."""

    def __init__(self, parameters: QueryDict):
        self.words = parameters.get("q", "").strip()[:100]
        self.chosen = {name: set(parameters.getlist(name)) for name in self.labels}

    labels = {
        "pilastro": _("Pillar"),
        "obiettivo": _("Objective"),
        "tema": _("Theme"),
        "livello": _("Level"),
        "durata": _("Duration"),
        "modalita": _("Modality"),
        "area": _("Inner area"),
    }

    @cached_property
    def found(self) -> list[CoursePage]:
        """The courses that match the words, whatever the facets say."""
        courses = CoursePage.objects.published().filter(is_archived=False).select_related("pillar", "objective")
        return [
            course
            for course in courses.order_by("is_in_preparation", Lower("title"))
            if matches(self.words, *_texts(course))
        ]

    @cached_property
    def areas_of(self) -> dict[int, set[str]]:
        """The areas for which each course has an edition; no area at all means every area."""
        rows = Edition.objects.filter(is_cancelled=False).values_list("course", "areas__slug")
        found: dict[int, set[str]] = {}
        for course, area in rows:
            found.setdefault(course, set()).add(area or "")
        return found

    def values_of(self, course: CoursePage) -> dict[str, set[str]]:
        areas = self.areas_of.get(course.pk, set())
        return {
            "pilastro": {str(course.pillar.number)},
            "obiettivo": {course.objective.code},
            "tema": {course.theme},
            "livello": {course.level},
            "durata": {_duration_of(course)},
            "modalita": {course.modality},
            "area": {slug for slug, _label in self.choices["area"]} if "" in areas else areas,
        }

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        return {
            "pilastro": [(str(pillar.number), pillar.name) for pillar in Pillar.objects.all()],
            "obiettivo": [(objective.code, objective.text) for objective in Objective.objects.all()],
            "tema": CoursePage.Theme.choices,
            "livello": CoursePage.Level.choices,
            "durata": [(value, label) for value, label, _limit in DURATIONS],
            "modalita": CoursePage.Modality.choices,
            "area": list(Area.objects.values_list("slug", "name")),
        }

    @cached_property
    def wanted(self) -> dict[str, set[str]]:
        """The chosen values that exist, by facet."""
        known = {name: {value for value, _label in choices} for name, choices in self.choices.items()}
        return {name: values & known[name] for name, values in self.chosen.items() if values & known[name]}

    def results(self) -> list[CoursePage]:
        return [course for course in self.found if self._matches(course)]

    def _matches(self, course: CoursePage, *, except_for: str = "") -> bool:
        values = self.values_of(course)
        return all(values[name] & wanted for name, wanted in self.wanted.items() if name != except_for)

    def facets(self) -> list[Facet]:
        return [Facet(name, label, self._options(name)) for name, label in self.labels.items()]

    def _options(self, name: str) -> list[Option]:
        counts = Counter(
            value
            for course in self.found
            if self._matches(course, except_for=name)
            for value in self.values_of(course)[name]
        )
        wanted = self.wanted.get(name, set())
        return [
            Option(value, label, counts[value], value in wanted)
            for value, label in self.choices[name]
            if counts[value] or value in wanted
        ]


def _duration_of(course: CoursePage) -> str:
    minutes = course.credit_minutes or course.planned_hours * 60
    return next(value for value, _label, limit in DURATIONS if limit is None or minutes <= limit)


def _texts(course: CoursePage) -> tuple[str, ...]:
    """What the search looks into."""
    about = (course.title, course.summary, course.search_description, course.planned_outline)
    return (*about, course.audience, course.code, course.legal_basis, str(course.get_theme_display()))


class QuestionFilter(WagtailFilterSet):
    tag = django_filters.ModelChoiceFilter(
        field_name="tags",
        queryset=Tag.objects.filter(courses_questiontag_items__isnull=False).distinct(),
        label=_("tag"),
    )
    use = django_filters.ChoiceFilter(
        label=_("use"),
        choices=[("used", _("asked by a quiz")), ("unused", _("asked by none"))],
        method="filter_use",
    )

    class Meta:
        model = Question
        fields = ["kind"]

    def filter_use(self, questions, name, value):
        return questions.used() if value == "used" else questions.unused()
