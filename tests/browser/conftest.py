"""Chromium, a site on a port of its own, and pages that report what went wrong in them."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import sync_playwright

from tests import databases

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
DESKTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 90_000  # a machine with much else to do is slow, not broken


@pytest.hookimpl(trylast=True)  # after the shuffle
def pytest_collection_modifyitems(config, items):
    """Stories come last, and on one engine only: what differs between engines has its own tests.

    The site of the stories answers in threads; a race that forks while one of them holds a lock of SQLite leaves a
    contender behind that waits for ever.
    """
    here = {item for item in items if "browser" in item.path.parts}
    items[:] = [item for item in items if item not in here]
    if databases.ENGINE == "postgresql":
        config.hook.pytest_deselected(items=list(here))
    else:
        items += sorted(here, key=lambda item: item.nodeid)


@pytest.fixture
def now(db):
    """The real time: a browser would throw away the cookies of a frozen one."""
    return timezone.now()


@pytest.fixture(scope="session")
def chromium():
    # Playwright keeps an event loop in this thread; Django's queries in the fixtures run beside it, never inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def front_files():
    call_command("build_front", verbosity=0)


@pytest.fixture
def live_site(live_server, front_files) -> str:
    """The address of the running site, without a slash at its end."""
    return live_server.url


@pytest.fixture
def page_for(live_site, chromium, client_for):
    """Open a browser window for a person, or for nobody; fails on script errors, refused content, foreign requests.

    Where the story cuts the line on purpose (`may_lose_line`) a request that found none is no error, nor is a console
    line that holds the words which the story `expects`.
    """
    contexts, complaints = [], []

    def open_page(user=None, *, may_lose_line=False, expects="", **options):
        context = chromium.new_context(base_url=live_site, locale="it-IT", **{"viewport": DESKTOP} | options)
        contexts.append(context)
        if user:
            key = client_for(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_site}])
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: (
                complaints.append(f"{line.text} {line.location.get('url', '')}")
                if line.type == "error"
                and not (may_lose_line and "ERR_INTERNET_DISCONNECTED" in line.text)
                and not (expects and expects in line.text)
                else None
            ),
        )
        page.on("request", lambda request: complaints.extend(foreign(request.url, live_site)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def foreign(url: str, site: str) -> list[str]:
    parts = urlsplit(url)
    return [] if parts.scheme in {"data", "blob", "about"} or parts.netloc == urlsplit(site).netloc else [f"asks {url}"]
