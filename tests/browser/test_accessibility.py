"""axe on every page of the matrix, for one person who may see it, on a desktop and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tests.browser.conftest import DESKTOP
from tests.matrix import world as the_world
from tests.matrix.row import PEOPLE, YES

pytestmark = pytest.mark.browser
PHONE = {"width": 375, "height": 740}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # axe would look for imported style sheets beside the page
}


def pages_of(app, world, client_for):
    """Person and path of every route that answers with a page."""
    for row in the_world.PARTS[app].ROWS:
        person = next((name for name in PEOPLE if row.expected(name) == YES), None)
        if person is None or "GET" not in row.methods:
            continue
        path = the_world.address(row, row.kwargs(world))
        client = Client() if person == "anon" else client_for(getattr(world, person))
        response = client.get(path)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            yield person, path
        response.close()


@pytest.mark.parametrize("app", the_world.APPS)
def test_pages_are_accessible(app, cast, client_for, page_for):
    world = the_world.build(cast)
    windows, violations = {}, []
    for person, path in dict.fromkeys(pages_of(app, world, client_for)):
        user = None if person == "anon" else getattr(world, person)
        if person not in windows:  # axe sets styles that the policy of the page refuses, so it gets a window of its own
            windows[person] = page_for(user), page_for(user, bypass_csp=True)
        plain, examined = windows[person]
        plain.goto(path)
        violations += [f"{path} as {person}: {line}" for line in flaws(examined, path)]

    assert not violations, "\n" + "\n".join(violations)


def flaws(page, path):
    page.goto(path)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            nodes = ", ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
            yield f"{size['width']} px, {violation['id']}: {nodes}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"{PHONE['width']} px: {wide} px too wide"
