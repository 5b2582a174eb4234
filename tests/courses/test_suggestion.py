"""Three courses for the weakest domains of an area."""

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import Edition, suggestions
from territory.models.profile import profile
from tests import factories

STRANGER = AnonymousUser()


@pytest.fixture
def domains(body_a, body_b):
    """In area A demography is the weakest domain, then safety; courses of pillar 2 help the first, of 5 the second."""
    for code, name, pillar, value in (("DEM", "Demografia", 2, 30), ("SIC", "Sicurezza", 5, 20)):
        domain = factories.IndicatorDomainFactory(code=code, name=name)
        domain.pillars.add(factories.PillarFactory(number=pillar))
        indicator = factories.IndicatorFactory(domain=domain, code=f"{code}-1", reference=10)
        for body, amount in ((body_a, value), (body_b, 10)):
            factories.IndicatorValueFactory(indicator=indicator, body=body, value=amount)
    safety = factories.IndicatorFactory(domain=domain, code="SIC-2", reference=10)
    factories.IndicatorValueFactory(indicator=safety, body=body_a, value=9)
    factories.IndicatorValueFactory(indicator=safety, body=body_b, value=10)


def offered(title, pillar, **edition):
    course = factories.CourseFactory(title=title, pillar=factories.PillarFactory(number=pillar))
    return factories.EditionFactory(course=course, **edition).course


def suggested(area, now, user=STRANGER) -> list[tuple]:
    found = suggestions(profile().of(area), area, user=user, on=now.date())
    return [(one.course.title, one.domain.domain.name, one.place) for one in found]


def test_each_weak_domain_has_a_course_before_one_has_two(domains, area_a, now):
    for title, pillar in (("A", 2), ("B", 2), ("C", 2), ("D", 5), ("E", 7)):
        offered(title, pillar)

    assert suggested(area_a, now) == [("A", "Demografia", 1), ("D", "Sicurezza", 2), ("B", "Demografia", 1)]


def test_what_cannot_be_taken_is_not_suggested(domains, area_a, area_b, now):
    offered("Per un’altra area", 2).editions.get().areas.add(area_b)
    offered("Su invito", 2, admission=Edition.Admission.INVITATION)
    offered("Annullato", 2, is_cancelled=True)
    factories.CourseFactory(title="Senza edizioni", pillar=factories.PillarFactory(number=2))
    closed = offered("Archiviato", 2)
    closed.is_archived = True
    closed.save()

    assert suggested(area_a, now) == []


def test_what_the_person_has_completed_is_not_suggested(domains, area_a, learner, now):
    done, begun, left, _free = (offered(title, 2) for title in ("Fatto", "Iniziato", "Lasciato", "Libero"))
    for course, state in ((done, {"completed_at": now}), (begun, {}), (left, {"left_at": now})):
        factories.EnrolmentFactory(edition=course.editions.get(), user=learner, **state)

    assert [title for title, _domain, _place in suggested(area_a, now, learner)] == ["Iniziato", "Lasciato", "Libero"]
    assert [title for title, _domain, _place in suggested(area_a, now)] == ["Fatto", "Iniziato", "Lasciato"]


def test_the_catalogue_suggests_to_who_works_in_an_area(domains, area_a, learner, client_for, client):
    offered("Servizi di prossimità", 2)

    own, strangers, chosen = (
        one.get(path).content.decode()
        for one, path in ((client_for(learner), "/corsi/"), (client, "/corsi/"), (client_for(learner), "/corsi/?q=a"))
    )

    assert "Per la propria area: Valchiavenna" in own
    assert "Demografia è il dominio più fragile di Valchiavenna: " in own
    assert "Per la propria area" not in strangers + chosen


def test_the_catalogue_says_nothing_while_no_values_are_loaded(area_a, learner, client_for):
    assert "Per la propria area" not in client_for(learner).get("/corsi/").content.decode()
