"""The pages that people wait for, measured one after the other."""

from dataclasses import dataclass
from io import StringIO
from statistics import median
from time import process_time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks import completion
from benchmarks.courses import large_edition, lesson_weight, roster_path
from benchmarks.population import area_coordinator, open_hours, populate
from benchmarks.server import milliseconds_per_request, serving
from certificates.actions import issue_certificate, print_due
from certificates.models import Certificate
from courses.actions import start_attempt
from courses.models import Enrolment, QuizPage, Step
from tutorship.models import Service, Topic


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    user: User | None = None
    aim_ms: float | None = None


def run(*, people: int, requests: int, port: int) -> None:
    call_command("migrate", verbosity=0, stdout=StringIO())
    call_command("build_front", verbosity=0)
    for loader in ("load_territory", "load_policy", "load_site", "load_courses"):
        call_command(loader, verbosity=0, stdout=StringIO())
    learner = populate(people)
    pages = _pages(learner)
    first, later = lesson_weight(pages[1].path, learner)
    print(f"lesson page: {first / 1000:.0f} kB on the first visit (aim 200), {later / 1000:.0f} kB after (aim 30)")
    completion.main()
    cookies = {page.name: _cookie(page.user) for page in pages}
    print(f"{people:,} learners, {Enrolment.objects.count():,} enrolments, {requests} requests a round, median of 5")
    print(f"{'page':<32}{'queries':>8}{'CPU ms':>9}{'aim':>6}{'x bare':>8}")
    with serving("benchmarks.bare:application", port) as pid:
        bare = milliseconds_per_request(pid, port, "/", "", requests=requests * 5)
    with serving("config.wsgi:application", port) as pid:
        for page in pages:
            cost = milliseconds_per_request(pid, port, page.path, cookies[page.name], requests=requests)
            aim = f"{page.aim_ms:g}" if page.aim_ms else ""
            print(f"{page.name:<32}{_queries(page):>8}{cost:>9.2f}{aim:>6}{cost / bare:>8.1f}")
    print(f"{'bare view':<32}{0:>8}{bare:>9.2f}{'':>6}{1:>8.1f}")
    print(f"{'certificate (PDF and its check)':<32}{'':>8}{measure_certificate():>9.1f}")


def _pages(learner: User) -> list[Page]:
    enrolment = learner.enrolments.open().select_related("edition__course").get(edition__course__code="GOV-03")
    course = enrolment.edition.course
    lesson = Step.objects.outline(course).first()
    attempt = start_attempt(enrolment, QuizPage.objects.child_of(course).get(), now=timezone.now())
    area, topic = enrolment.area, Topic.objects.first()
    coordinator = area_coordinator(area)
    open_hours(area, topic)
    service = Service.objects.first()
    tutor = User.objects.get(email="tutor0@example.org")
    roster = large_edition(tutor)
    return [
        Page("catalogue, anonymous", reverse("courses:catalogue"), aim_ms=16),
        Page("lesson", reverse("courses:step", args=[course.slug, lesson.slug]), learner, 10),
        Page("quiz", reverse("courses:attempt_take", args=[attempt.pk]), learner, 12),
        Page("La mia formazione", reverse("reports:my_training"), learner, 15),
        Page(f"roster, {roster.enrolments.count():,} learners", roster_path(roster), tutor),
        Page("overview", reverse("reports:overview"), coordinator),
        Page("area overview", reverse("reports:area_detail", args=[area.slug]), coordinator),
        Page(
            "booking, times", f"{reverse('tutorship:booking_start')}?topic={topic.slug}&service={service.slug}", learner
        ),
    ]


def measure_certificate(count: int = 20) -> float:
    """Milliseconds of processor time for one PDF and its check, the first one of the process left out."""
    now = timezone.now()
    done = Enrolment.objects.completed().order_by("pk")[: count + 1]
    first, *others = [issue_certificate(enrolment, now=now) for enrolment in done]
    costs = []
    for certificate in (first, *others):
        Certificate.objects.exclude(pk=certificate.pk).filter(state=Certificate.State.WAITING).update(claimed_at=now)
        Certificate.objects.filter(pk=certificate.pk).update(claimed_at=None)
        before = process_time()
        if print_due(now=now) != 1:
            raise SystemExit("A certificate was not printed.")
        costs.append((process_time() - before) * 1_000)
    return median(costs[1:])


def _cookie(user: User | None) -> str:
    if user is None:
        return ""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _queries(page: Page) -> int:
    client = Client(SERVER_NAME="localhost")
    if page.user:
        client.force_login(page.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get(page.path)
    with CaptureQueriesContext(connection) as seen:
        client.get(page.path)
    return len(seen)
