"""Rows for tests of territory, accounts and courses."""

import struct
from datetime import UTC, date, datetime
from io import BytesIO

import factory
import pypdfium2
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image
from wagtail.models import Page, Site

from accounts.models import Employment, PolicyVersion, RoleAssignment, User
from cms.models import HomePage
from courses.actions.paper import draw_paper
from courses.models import (
    ActTemplate,
    Answer,
    Attempt,
    CatalogueIndexPage,
    Choice,
    CourseFile,
    CoursePage,
    Edition,
    Enrolment,
    LessonPage,
    LiveSession,
    LiveStepPage,
    Marking,
    Question,
    QuizPage,
    QuizQuestion,
    Recording,
    SeatRequest,
)
from territory.models import Area, Indicator, IndicatorDomain, IndicatorValue, Objective, Pillar, PublicBody

OPEN_QUESTION = {
    "id": 7,
    "kind": "open",
    "text": "Perché un affidamento diretto?",
    "feedback": "",
    "choices": [
        {"id": 1, "text": "Motivazione", "share_percent": 60, "feedback": "Cita la norma."},
        {"id": 2, "text": "Forma", "share_percent": 40, "feedback": ""},
    ],
}
PASSWORD = "carta-penna-calamaio"
PASSWORD_HASH = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1)


def pdf_of(words: str) -> bytes:
    """A PDF of one empty page that opens; the words, in a comment, make it different from every other."""
    document, out = pypdfium2.PdfDocument.new(), BytesIO()
    document.new_page(200, 100)
    document.save(out)
    document.close()
    return out.getvalue() + f"\n% {words}\n".encode()


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area

    number = factory.Sequence(lambda n: n + 1)
    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.Sequence(lambda n: f"Area {n}")
    kind = Area.Kind.SNAI
    provinces = "Sondrio"
    colour = "#126c79"


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = PublicBody

    name = factory.Sequence(lambda n: f"Comune {n}")
    istat_code = factory.Sequence(lambda n: f"{n + 10_000:06}")
    province_code = "SO"
    area = factory.SubFactory(AreaFactory)
    latitude, longitude = 46.4, 9.35
    population = 1_000


class IndicatorDomainFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorDomain
        django_get_or_create = ["code"]

    code = "DEM"
    name = "Demografia"
    indicator_count = 7


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    domain = factory.SubFactory(IndicatorDomainFactory)
    code = factory.Sequence(lambda n: f"IND-{n}")
    name = factory.Sequence(lambda n: f"Indicatore {n}")
    is_fragile_when_high = True


class IndicatorValueFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    year = 2024
    value = 10


class PillarFactory(DjangoModelFactory):
    class Meta:
        model = Pillar
        django_get_or_create = ["number"]

    number = 1
    name = "Lombardia connessa"


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective
        django_get_or_create = ["code"]

    code = "1"
    text = "Rafforzare la capacità amministrativa"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"persona{n}@example.org")
    first_name = "Anna"
    last_name = factory.Sequence(lambda n: f"Persona {chr(65 + n % 26)}{n}")
    password = PASSWORD_HASH
    date_joined = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def verified(user, create, value, **_):
        EmailAddress.objects.create(user=user, email=user.email, verified=value is not False, primary=True)


class EmploymentFactory(DjangoModelFactory):
    class Meta:
        model = Employment

    user = factory.SubFactory(UserFactory)
    body = factory.SubFactory(BodyFactory)
    job_title = "Istruttore amministrativo"
    started_on = date(2020, 1, 1)
    confirmed_at = datetime(2026, 1, 12, 9, tzinfo=UTC)


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = RoleAssignment.Role.ANCI


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = PolicyVersion
        django_get_or_create = ["version"]

    version = factory.Sequence(lambda n: f"1.{n}")
    published_on = date(2026, 1, 1)
    text = "# Informativa sulla privacy\n\nCome sono trattati i dati."


def employee(body: PublicBody, **fields) -> User:
    """A person with a confirmed employment at `body`."""
    return EmploymentFactory(body=body, user=UserFactory(**fields)).user


def with_role(user: User, role: str, **scope) -> User:
    RoleFactory(user=user, role=role, **scope)
    return user


def home_page() -> HomePage:
    """The site's home page, made on first use in place of Wagtail's welcome page."""
    home = HomePage.objects.first()
    if home is None:
        home = Page.get_first_root_node().add_child(instance=HomePage(title="Competenze in Comune", slug="inizio"))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "port": 8000, "root_page": home}
        )
    return home


def catalogue_page() -> CatalogueIndexPage:
    page = CatalogueIndexPage.objects.first()
    return page or home_page().add_child(instance=CatalogueIndexPage(title="Corsi", slug="corsi"))


class PageFactory(DjangoModelFactory):
    """Adds the page below `parent`, which every subclass names."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, parent, **fields):
        return parent.add_child(instance=model_class(**fields))


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = CoursePage
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Corso {n}")
    slug = factory.Sequence(lambda n: f"corso-{n}")
    code = factory.Sequence(lambda n: f"COR-{n}")
    summary = "Scrivere una determina che regge"
    pillar = factory.SubFactory(PillarFactory)
    objective = factory.SubFactory(ObjectiveFactory)
    theme = CoursePage.Theme.ADMINISTRATIVE
    modality = CoursePage.Modality.ONLINE
    planned_hours = 4
    is_in_preparation = False

    @classmethod
    def _create(cls, model_class, *args, **fields):
        return catalogue_page().add_child(instance=model_class(**fields))

    @factory.post_generation
    def with_steps(course, create, value, **_):
        """Two lessons and a quiz, when asked for."""
        if value:
            LessonFactory(parent=course, title="Prima lezione", slug="prima-lezione")
            LessonFactory(parent=course, title="Seconda lezione", slug="seconda-lezione")
            QuizFactory(parent=course)
            CoursePage.objects.filter(pk=course.pk).update(credit_minutes=45)
            course.refresh_from_db()


class LessonFactory(PageFactory):
    class Meta:
        model = LessonPage

    title = factory.Sequence(lambda n: f"Lezione {n}")
    slug = factory.Sequence(lambda n: f"lezione-{n}")
    kind = LessonPage.Kind.LESSON
    summary = "Quale atto serve, e perché"
    minutes = 15
    body = (("text", "<p>La motivazione dice perché si sceglie.</p>"),)


class QuizFactory(PageFactory):
    class Meta:
        model = QuizPage
        skip_postgeneration_save = True

    title = "Prova finale"
    slug = factory.Sequence(lambda n: f"prova-{n}")
    kind = QuizPage.Kind.QUIZ
    minutes = 15

    @factory.post_generation
    def questions(quiz, create, value, **_):
        for number in range(4 if value is None else value):
            QuizQuestion.objects.create(quiz=quiz, question=QuestionFactory(), sort_order=number)


class LiveStepFactory(PageFactory):
    """Two meetings of three hours, 70 % of them needed."""

    class Meta:
        model = LiveStepPage

    title = "Incontri dal vivo"
    slug = factory.Sequence(lambda n: f"incontri-{n}")
    kind = LiveStepPage.Kind.LIVE
    minutes = 360


class QuestionFactory(DjangoModelFactory):
    """One right answer (the first) out of three."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"domanda-{n}")
    text = factory.Sequence(lambda n: f"Domanda {n}: che cosa serve?")
    feedback = "Lo dice la legge."

    @factory.post_generation
    def choices(question, create, value, **_):
        for number, (text, share) in enumerate(value or [("Una determina", 100), ("Una delibera", 0), ("Nulla", 0)]):
            Choice.objects.create(
                question=question, sort_order=number, text=text, share_percent=share, feedback=f"Perché {text.lower()}."
            )


class EditionFactory(DjangoModelFactory):
    class Meta:
        model = Edition

    course = factory.SubFactory(CourseFactory)
    code = factory.Sequence(lambda n: f"edizione-{n}")
    is_self_paced = True


class LiveSessionFactory(DjangoModelFactory):
    class Meta:
        model = LiveSession

    edition = factory.SubFactory(EditionFactory, is_self_paced=False, starts_on=date(2026, 12, 1))
    starts_at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    ends_at = datetime(2026, 12, 1, 12, tzinfo=UTC)


class EnrolmentFactory(DjangoModelFactory):
    """Takes the person's first employment, or makes one; body and area are its snapshot."""

    class Meta:
        model = Enrolment

    edition = factory.SubFactory(EditionFactory)
    user = factory.SubFactory(UserFactory)
    employment = factory.LazyAttribute(lambda row: row.user.employments.first() or EmploymentFactory(user=row.user))
    body = factory.LazyAttribute(lambda row: row.employment.body)
    area = factory.LazyAttribute(lambda row: row.body.area)
    enrolled_at = factory.LazyFunction(timezone.now)
    last_activity_at = factory.SelfAttribute("enrolled_at")


class SeatRequestFactory(DjangoModelFactory):
    """In the waiting list, for the person's first employment."""

    class Meta:
        model = SeatRequest

    edition = factory.SubFactory(EditionFactory)
    user = factory.LazyFunction(lambda: EmploymentFactory().user)
    employment = factory.LazyAttribute(lambda row: row.user.employments.first() or EmploymentFactory(user=row.user))
    state = SeatRequest.State.QUEUED
    asked_at = factory.LazyFunction(timezone.now)
    number = factory.Sequence(lambda n: n + 1)


class ActTemplateFactory(DjangoModelFactory):
    class Meta:
        model = ActTemplate

    course = factory.SubFactory(CourseFactory)
    slug = factory.Sequence(lambda n: f"schema-{n}")
    title = "Schema di determina"
    valid_on = date(2026, 11, 1)
    file = factory.django.FileField(data=b"atto", filename="schema.docx")


def mp4(seconds: int) -> bytes:
    """The smallest file that says how long it plays: a movie header and nothing to see."""
    header = struct.pack(">I4s4xIIII80x", 108, b"mvhd", 0, 0, 1_000, seconds * 1_000)
    return struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + struct.pack(">I4s", 8 + len(header), b"moov") + header


def png(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


def give_picture(question: Question, alternative: str = "Un albero di uffici") -> Question:
    """The question with a picture, as the editor's form stores it."""
    question.picture = ContentFile(png(40, 30), name="ufficio.png")
    question.picture_alt = alternative
    question.clean()
    question.save()
    return question


class CourseFileFactory(DjangoModelFactory):
    """A document."""

    class Meta:
        model = CourseFile

    course = factory.SubFactory(CourseFactory)
    slug = factory.Sequence(lambda n: f"documento-{n}")
    title = "Elenco dei servizi"
    file = factory.django.FileField(data=b"Servizio;Giorno", filename="elenco.csv")


CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:04.000\nBuongiorno.\n"


class RecordingFactory(DjangoModelFactory):
    """A video of 100 seconds in one quality, with captions, audio and transcript."""

    class Meta:
        model = Recording

    course = factory.SubFactory(CourseFactory)
    slug = factory.Sequence(lambda n: f"video-{n}")
    title = "Una frase alla volta"
    small = factory.django.FileField(data=mp4(100), filename="video.mp4")
    audio = factory.django.FileField(data=mp4(100), filename="audio.m4a")
    captions = factory.django.FileField(data=CAPTIONS, filename="sottotitoli.vtt")
    transcript = "Buongiorno. In questa lezione si riscrive un avviso."
    duration_seconds = 100


class AttemptFactory(DjangoModelFactory):
    """An open attempt at a quiz, its paper drawn as the action draws it."""

    class Meta:
        model = Attempt

    quiz = factory.SubFactory(QuizFactory)
    enrolment = factory.SubFactory(EnrolmentFactory)
    number = 1
    started_at = factory.LazyFunction(timezone.now)
    pass_mark_percent = 70
    paper = factory.LazyAttribute(lambda row: draw_paper(row.quiz))


class AnswerFactory(DjangoModelFactory):
    """An open answer of an attempt that has been handed in and waits for its tutor."""

    class Meta:
        model = Answer

    attempt = factory.SubFactory(
        AttemptFactory,
        number=2,
        submitted_at=factory.LazyFunction(timezone.now),
        paper=[OPEN_QUESTION],
    )
    question_id = OPEN_QUESTION["id"]
    given = "Perché lo chiede l’articolo 50."
    saved_at = factory.LazyFunction(timezone.now)


class MarkingFactory(DjangoModelFactory):
    class Meta:
        model = Marking

    answer = factory.SubFactory(AnswerFactory)
