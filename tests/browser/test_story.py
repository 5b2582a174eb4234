"""The main job, by keyboard alone: learn, be certified, be verified, ask a tutor, rate, be counted; read by axe."""

import re
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
import zxingcpp
from django.utils import timezone
from PIL import Image as Picture

from certificates.actions import print_due
from certificates.models import Certificate
from certificates.rendering import pictures
from courses.models import Step
from journal.actions import send_due_mail
from tests.browser.test_accessibility import flaws
from tests.factories import PASSWORD
from tests.tutorship.factories import CoverageFactory, RuleFactory
from tutorship.models import Booking, Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS = 150  # more than any page of ours needs from top to bottom

ACTIVE = """() => {
    const e = document.activeElement;
    if (e === document.body) return "";
    const label = [...(e.labels || [])].map((l) => l.textContent).join(" ");
    const names = [e.getAttribute("aria-label"), label, e.textContent, e.name, e.id];
    return names.filter(Boolean).join(" ").replace(/\\s+/g, " ");
}"""


class Keyboard:
    """One person at one browser window who has no mouse."""

    def __init__(self, page):
        self.page = page

    def open(self, path: str) -> "Keyboard":
        self.page.goto(path)
        return self

    def tab_to(self, words: str) -> "Keyboard":
        """Press Tab until what has the focus is called `words`."""
        for _press in range(TABS):
            self.page.keyboard.press("Tab")
            if words in self.page.evaluate(ACTIVE):
                return self
        raise AssertionError(f"{words!r} is not reached by Tab on {self.page.url}")

    def press(self, words: str) -> "Keyboard":
        """Go to a link or a button and follow it."""
        self.tab_to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def write(self, words: str, text: str) -> "Keyboard":
        self.tab_to(words)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        return self

    def choose(self, words: str) -> "Keyboard":
        """Choose a radio button: Tab reaches the group, the arrows its members."""
        group = self.page.evaluate("() => document.activeElement.name")
        for _press in range(TABS):
            self.page.keyboard.press("Tab")
            name = self.page.evaluate(
                "() => document.activeElement.type === 'radio' ? document.activeElement.name : ''"
            )
            if not name or name == group:
                continue
            for _arrow in range(TABS):
                if words in self.page.evaluate(ACTIVE):
                    self.page.keyboard.press("Space")
                    return self
                self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{words!r} cannot be chosen on {self.page.url}")

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def open_hours(area_a, tutor):
    """The tutor of the area receives on every working morning."""
    topic = Topic.objects.get(slug="appalti")
    CoverageFactory(tutor=tutor, area=area_a, topic=topic)
    for weekday in range(5):
        RuleFactory(tutor=tutor, weekday=weekday, opens_at=time(9), closes_at=time(13))
    return topic


def test_the_main_job(learner, tutor, coordinator, edition, open_hours, page_for, settings):
    settings.LESSON_MINIMUM_SECONDS_PER_MINUTE = 0  # nobody reads in a test
    today = timezone.localdate()  # the appointment may be in another year
    course = edition.course

    officer = Keyboard(page_for()).open("/")
    log_in(officer, learner.email)
    enrol(officer, course)
    read(officer)
    read(officer)
    pass_quiz(officer)

    code, pdf = certificate(officer, course)
    stranger = Keyboard(page_for()).open("/verifica/")
    stranger.write("Codice", code.lower()).press("Verifica")
    assert stranger.title == "Valido"
    assert course.title in stranger.text
    assert learner.last_name not in stranger.text
    scan(page_for(), pdf)

    book(officer, tutor)
    booking = Booking.objects.get()
    learner.refresh_from_db()  # the login has written the password anew
    with time_machine.travel(booking.session.ends_at + timedelta(minutes=5)):
        close(Keyboard(page_for(tutor)).open("/tutoraggio/"), learner)
        rate(Keyboard(page_for(learner)).open("/tutor/appuntamenti/"))
        weigh(Keyboard(page_for(coordinator)).open("/coordinamento/tutor/"))
        learnt = sum(step.minutes for step in Step.objects.outline(course))
        hours, minutes = divmod(45 + (learnt if timezone.localdate().year == today.year else 0), 60)
        watch(Keyboard(page_for(coordinator)).open("/coordinamento/"), learner, total=f"{hours} h {minutes} min")
        ends = {learner: booking, tutor: booking.session}
        pages = [(person, row.get_absolute_url()) for person, row in ends.items()]
        for person, path in [*pages, (coordinator, "/coordinamento/tutor/domanda/")]:
            assert list(flaws(page_for(person, bypass_csp=True), path)) == []


def log_in(officer, email):
    officer.press("Accedi").write("e-mail", email).write("Password", PASSWORD)
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    assert officer.title == "La mia formazione"


def enrol(officer, course):
    officer.press("Corsi").press(course.title).press("Iscriviti al corso")
    assert "Iscrizione fatta." in officer.page.locator(".alert").inner_text()
    officer.press("Inizia il corso")


def read(officer):
    officer.press("Completa e continua")


def pass_quiz(officer):
    officer.press("Inizia la prova")
    for _question in range(4):
        officer.choose("Una determina")
    officer.press("Consegna la prova")
    assert officer.title == "Prova superata"


def certificate(officer, course) -> tuple[str, Path]:
    """What the worker does in between, then the certificate as its owner finds it."""
    assert print_due(now=timezone.now()) == 1
    send_due_mail(now=timezone.now())
    officer.press("Vai al corso e all’attestato").press("Vai all’attestato")
    assert f"{course.title} (PDF)" in officer.text
    with officer.page.expect_download() as download:
        officer.tab_to(f"{course.title} (PDF)").page.keyboard.press("Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    return Certificate.objects.get().code, download.value.path()


def scan(telephone, pdf):
    """A stranger's telephone reads the QR code of the paper, then the very file is dropped on the page."""
    picture = Picture.open(BytesIO(pictures(pdf.read_bytes())[0]))
    address = zxingcpp.read_barcodes(picture)[0].text
    stranger = Keyboard(telephone).open(urlsplit(address).path)
    assert stranger.title == "Valido"
    with telephone.expect_navigation():
        telephone.set_input_files("#file", pdf)
    assert "Il file è quello rilasciato, senza modifiche." in stranger.text


def book(officer, tutor):
    officer.press("Tutor").choose("Appalti").press("Continua: gli orari")
    officer.choose(str(tutor)).press("Continua: la domanda")
    officer.write("domanda", "Il servizio mensa scade a gennaio: posso prorogare?").press("Continua: il riepilogo")
    officer.press("Conferma l’appuntamento")
    assert re.search("Tutoraggio: Appalti", officer.title)


def close(tutoring, learner):
    tutoring.press("Appalti")
    assert "Il servizio mensa scade a gennaio" in tutoring.text
    tutoring.press("Scrivi presenze ed esito")
    tutoring.choose("presente")
    tutoring.write(f"Minuti di {learner}", "45").choose("Risolto")
    tutoring.write("Esito", "Proroga tecnica non possibile: nuova procedura entro dicembre.")
    tutoring.press("Salva presenze ed esito")
    assert tutoring.title == "La mia settimana"
    assert "Proroga tecnica" in tutoring.press("Appalti").text


def rate(officer):
    officer.press("Tutoraggio: Appalti")
    assert "Proroga tecnica non possibile" in officer.text
    officer.press("Valutare l’incontro").choose("5: molto utile").write("Commento", "Risposta chiara, con la norma.")
    officer.press("Salva la valutazione")
    assert "la valutazione è salvata" in officer.page.locator(".alert").inner_text()


def weigh(coordination):
    """What was asked for and held, and what the person wrote."""
    coordination.press("Domanda e copertura")
    assert "Assenze\n0 su 1 posti" in coordination.text
    assert "c’è posto" in coordination.text
    coordination.press("Valutazioni")
    assert "Risposta chiara, con la norma." in coordination.text


def watch(coordination, learner, *, total):
    coordination.press(learner.employments.get().body.area.name).press(learner.employments.get().body.name)
    coordination.press(str(learner))
    assert Certificate.objects.get().number in coordination.text
    assert "di cui tutoraggio\n45 min\n" in coordination.text
    assert f"Ore del {timezone.localdate().year}\n{total}\n" in coordination.text
