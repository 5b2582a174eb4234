from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains

from certificates.models import Certificate
from courses.actions import save_register
from courses.models import Attendance, Presence
from courses.presence import Stay
from tests import factories

START = datetime(2026, 11, 23, 6, tzinfo=UTC)  # seven in the morning in Rome; `now` is the end, ten o'clock


@pytest.fixture
def meeting(area_a, tutor, now):
    """A hybrid meeting of three hours, the only one of its course: 126 minutes of 180 are needed."""
    course = factories.CourseFactory()
    factories.LiveStepFactory(parent=course, minutes=180)
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 11, 23))
    edition.tutors.set([tutor])
    return factories.LiveSessionFactory(edition=edition, starts_at=START, ends_at=now)


@pytest.fixture
def enrolled(meeting, learner):
    return factories.EnrolmentFactory(edition=meeting.edition, user=learner)


@pytest.fixture
def client(tutor, client_for):
    return client_for(tutor)


def address(meeting) -> str:
    return reverse("courses:attendance_import", args=[meeting.pk])


def upload(client, meeting, content: bytes):
    return client.post(address(meeting), {"file": SimpleUploadedFile("elenco.csv", content)})


def send(client, page, meeting, **changes):
    form = page.context["form"]
    fields = {name: form.data.get(name, "") for name in ("text", "email", "joined", "left")}
    return client.post(address(meeting), fields | changes, follow=True)


def log(*rows: str, header="Nome;E-mail;Entrata;Uscita", encoding="utf-8") -> bytes:
    return "\r\n".join([header, *rows]).encode(encoding)


def test_register_and_log_together_give_the_credit_at_seventy_percent(client, meeting, enrolled, learner, tutor, now):
    """Number 24 of day one: an hour and a half in the room, the rest from the office, the overlap once."""
    in_the_room = Stay(START, START + timedelta(minutes=90))
    save_register(meeting, {enrolled.pk: in_the_room}, actor=tutor, now=now)
    enrolled.refresh_from_db()
    assert (enrolled.attendances.get().minutes, enrolled.completed_at) == (90, None)

    page = upload(client, meeting, log(f"Lucia;{learner.email};08:15;09:06"))  # 75 to 126 minutes after the start
    answer = send(client, page, meeting, confirm="1")

    enrolled.refresh_from_db()
    assertContains(answer, "L’elenco è importato: 1 nuovo collegamento.")
    assert (enrolled.attendances.get().minutes, enrolled.completed_at) == (126, now)
    assert Certificate.objects.filter(enrolment=enrolled).exists()


def test_looking_writes_nothing_and_twice_changes_nothing(client, meeting, enrolled, learner):
    page = upload(client, meeting, log(f"Lucia;{learner.email};07:00;09:00"))
    assertContains(page, "1 collegamento da importare")
    assert not Presence.objects.exists()

    send(client, page, meeting, confirm="1")
    again = send(client, page, meeting, confirm="1")

    assertContains(again, "C’era già tutto.")
    assert (Presence.objects.count(), Attendance.objects.get().minutes) == (1, 120)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac-roman"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_usual_file_is_read(encoding, separator, client, meeting, enrolled, learner):
    content = log(f"Niccolò;{learner.email};07:00;09:00").decode().replace(";", separator).encode(encoding)

    assertContains(upload(client, meeting, content), "1 collegamento da importare")


def test_one_bad_row_keeps_all_the_others_out(client, meeting, enrolled, learner):
    page = upload(client, meeting, log(f"Lucia;{learner.email};07:00;09:00", f"Lucia;{learner.email};09:30;"))
    assertContains(page, "Riga 3: l’ora di uscita non si legge")

    send(client, page, meeting, confirm="1")

    assert not Presence.objects.exists()


def test_guests_are_an_error_unless_they_are_left_out(client, meeting, enrolled, learner):
    page = upload(client, meeting, log(f"Lucia;{learner.email};07:00;09:00", "Ospite;ospite@example.org;07:00;09:00"))
    assertContains(page, "Riga 3: nessuna persona iscritta ha questo indirizzo (“ospite@example.org”)")

    answer = send(client, page, meeting, leave_out_unknown="on", confirm="1")

    assertContains(answer, "1 nuovo collegamento")


def test_the_columns_are_mapped_by_hand_when_their_names_say_nothing(client, meeting, enrolled, learner):
    page = upload(client, meeting, log(f"Lucia;{learner.email};07:00;09:00", header="a;b;c;d"))
    assert page.context["form"].errors

    answer = send(client, page, meeting, email="b", joined="c", left="d")

    assertContains(answer, "1 collegamento da importare")


def test_the_log_of_another_day_is_refused(client, meeting, enrolled, learner):
    page = upload(client, meeting, log(f"Lucia;{learner.email};22/11/2026 07:00;22/11/2026 09:00"))

    answer = send(client, page, meeting, confirm="1")

    assertContains(answer, "Nessun collegamento di questo elenco cade nell’incontro")
    assert not Presence.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\x00\x00", b"solo,intestazione\n", b"x" * 1_000_001])
def test_what_is_no_log_is_refused_with_a_sentence(content, client, meeting, enrolled):
    page = upload(client, meeting, content)

    assert (page.status_code, bool(page.context["form"].errors)) == (200, True)


@pytest.mark.parametrize(
    "fields", [{"text": "\x00"}, {"text": "a"}, {"text": 'a;b\n"', "email": "zz"}, {"confirm": "1"}]
)
def test_no_field_breaks_the_page(fields, client, meeting, enrolled):
    assert client.post(address(meeting), fields).status_code == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "non è un CSV"),
        (b"E-mail\nlucia@example.org\n", "una sola colonna"),
    ],
)
def test_a_pdf_and_a_single_column_are_refused_in_plain_words(client, meeting, content, sentence):
    assert sentence in upload(client, meeting, content).content.decode()
