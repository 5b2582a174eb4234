"""The tutor's agenda in its three views, and documents that go along with the question."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.tutorship.conftest import ask
from tests.tutorship.factories import HOUR, TUESDAY_NINE, SessionFactory
from tutorship.models import Booking, CaseMessage

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("query", "days", "sessions"),
    [
        ({}, 7, 1),
        ({"view": "day"}, 1, 0),
        ({"view": "day", "week": "2026-11-24"}, 1, 1),
        ({"view": "week", "week": "2026-12-03"}, 7, 1),
        ({"view": "list"}, 2, 2),
        ({"view": "x", "week": "9999-99-99"}, 7, 1),
        ({"view": "day", "week": "9999-12-31"}, 1, 0),
    ],
)
def test_three_views(client_for, search, covered, area_a, query, days, sessions):
    for start in (TUESDAY_NINE, TUESDAY_NINE + WEEK):
        ask(search, covered, area_a, start)
    SessionFactory(tutor=covered, starts_at=TUESDAY_NINE + 2 * HOUR, state="offered")  # nobody comes yet

    page = client_for(covered).get(reverse("tutorship:tutor_week"), query)

    shown = page.context["days"]
    assert (len(shown), sum(len(day.sessions) for day in shown)) == (days, sessions)


def test_the_views_lead_to_each_other(client_for, tutor):
    browser, address = client_for(tutor), reverse("tutorship:tutor_week")

    day = browser.get(address, {"view": "day", "week": "2026-11-25"})
    empty = browser.get(address, {"view": "list"}).content.decode()

    assert (day.context["previous"], day.context["next"]) == (date(2026, 11, 24), date(2026, 11, 26))
    assert "?view=week&amp;week=2026-11-25" in day.content.decode()
    assert "Nessun incontro in arrivo" in empty


# --- Documents with the question ---------------------------------------------------------------------------------
@pytest.fixture
def review(client_for, learner, topic, service, covered):
    """The way to the review page, and what its form sends."""
    answers = {"topic": topic.slug, "service": service.slug, "slot": f"{covered.pk}-20261124T0800Z"}
    browser = client_for(learner)
    browser.post(reverse("tutorship:booking_question"), {**answers, "question": "Come si motiva la scelta?"})
    return browser, answers


def document(name="bozza.txt", content=b"Determina a contrarre") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_documents_go_along_with_the_question(review, covered, client_for):
    browser, answers = review
    page = browser.get(reverse("tutorship:booking_review"), answers).content.decode()
    assert page.count('type="file"') == page.count("multipart/form-data") == 1

    files = [document(), document("../../capitolato.txt", b"Capitolato speciale")]
    browser.post(reverse("tutorship:booking_create"), {**answers, "files": files})

    booking = Booking.objects.get()
    names = CaseMessage.objects.filter(case=booking.case).values_list("file_name", flat=True)
    assert sorted(names) == ["bozza.txt", "capitolato.txt"]
    assert "2 file" in client_for(covered).get(booking.session.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("macro.exe", b"MZ\x90\x00" + b"0" * 64), "Questo file non è un PDF"),
        (("vuoto.txt", b""), "vuoto"),
        (("grande.txt", b"a" * (10 * 1024 * 1024 + 1)), "10 MB"),
    ],
)
def test_a_file_of_the_wrong_kind_books_nothing(review, file, words):
    browser, answers = review

    page = browser.post(reverse("tutorship:booking_create"), {**answers, "files": [document(), document(*file)]})

    assert (page.status_code, Booking.objects.count(), CaseMessage.objects.count()) == (200, 0, 0)
    assert words in page.content.decode()
    browser.post(reverse("tutorship:booking_create"), {**answers, "files": [document()]})
    assert (Booking.objects.count(), CaseMessage.objects.count()) == (1, 1)
