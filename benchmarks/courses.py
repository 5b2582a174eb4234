"""A large edition's roster, and what a lesson sends over the line."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts.models import Employment, User
from benchmarks.population import BATCH, START
from courses.models import Edition, Enrolment

ROSTER = 5_000
LINKED = re.compile(r'(?:src|href)="(/static/[^"#?]+)')  # styles, scripts, icons and pictures of the page
USED = re.compile(r"""(?:url\(["']?|from\s*["']|import\s*["'])([^"')]+)""")  # by a style or a script
FONT = (".woff2", ".woff", ".ttf")


def large_edition(tutor: User, wanted: int = ROSTER) -> Edition:
    """An edition of the tutor's with so many learners, as far as there are people."""
    edition = Edition.objects.get(course__code="GOV-03", is_self_paced=True)
    edition.tutors.add(tutor)
    there = edition.enrolments.count()
    staff = Employment.objects.exclude(user__enrolments__edition=edition).select_related("body")
    more = [
        Enrolment(
            edition=edition,
            user_id=row.user_id,
            employment=row,
            body=row.body,
            area_id=row.body.area_id,
            enrolled_at=START,
            last_activity_at=START,
        )
        for row in staff.filter(body__area__isnull=False)[: max(0, wanted - there)]
    ]
    Enrolment.objects.bulk_create(more, BATCH)
    return edition


def lesson_weight(path: str, user: User) -> tuple[int, int]:
    """Bytes of a first visit and of a later one: the page as it is sent, the static files compressed as WhiteNoise
    keeps them. A browser takes of the fonts only what it needs: all that the styles name are counted.
    """
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get(path).content
    files = dict(_static_files(page.decode()))
    return len(page) + sum(map(_sent, files.items())), len(page)


def _static_files(page: str) -> Iterator[tuple[str, bytes]]:
    waiting, seen = LINKED.findall(page), set()
    while waiting:
        address = waiting.pop()
        found = finders.find(address.removeprefix(settings.STATIC_URL))
        if address in seen or not found:
            continue
        seen.add(address)
        with open(found, "rb") as file:  # noqa: PTH123 - the finder gives a string
            content = file.read()
        yield address, content
        if address.endswith((".css", ".js")):
            used = USED.findall(content.decode(errors="replace"))
            waiting += [urljoin(address, name) for name in used if not name.startswith("data:")]


def _sent(file: tuple[str, bytes]) -> int:
    name, content = file
    return len(content) if name.endswith((*FONT, ".webp", ".png", ".jpg")) else len(brotli.compress(content))


def roster_path(edition: Edition) -> str:
    return reverse("courses:edition_detail", args=[edition.pk])
