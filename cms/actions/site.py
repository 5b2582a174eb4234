"""Set up the site: Wagtail's site record, the pages that the navigation names, the editors' permissions.

Safe to run again: what exists stays as the editors have left it.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupPagePermission, Page, Site
from wagtail.snippets.models import get_snippet_models

from accounts.actions.roles import CMS_GROUPS
from accounts.models import RoleAssignment
from cms.models import (
    AccessibilityReport,
    AreaPage,
    AreasIndexPage,
    HomePage,
    NewsIndexPage,
    SiteSettings,
    StandardPage,
)
from cms.models.area import province_names
from courses.models import CatalogueIndexPage
from journal.actions import record
from lib.markdown_text import markdown_html
from territory.models import Area

TEXTS = Path(__file__).resolve().parent.parent / "content"
EDITOR_APPS = ("cms", "courses", "tutorship", "certificates")  # the snippets of these apps are the editors' work
FUNDING_NOTE = (
    "È il dato di programma: 196 milioni di euro per 14 aree. Quanto va a ogni progetto lo dicono gli atti dell’area."
)


@transaction.atomic
def load_site(*, now: datetime) -> int:
    """Make the site answer at SITE_URL, create the pages that are missing and return how many were created."""
    before = Page.objects.count()
    home = HomePage.objects.first()
    is_new = home is None
    home = home or create_home()
    Page.objects.filter(depth=1, title="Root").update(title="Sito", draft_title="Sito")  # editors read it in every path
    point_site_at(home)
    ensure_sections(home)
    ensure_area_pages()
    if is_new:  # later on an editor may have deleted one of them for a reason
        create_text_pages(home)
        record("load_site", home, now=now)
    grant_editors(home)
    return max(Page.objects.count() - before, 0)


def create_home() -> HomePage:
    root = Page.get_first_root_node()
    welcome = root.get_children().filter(slug="home", content_type=ContentType.objects.get_for_model(Page)).first()
    if welcome:  # the page that Wagtail's own set-up leaves
        welcome.delete()
        root.refresh_from_db()
    return publish(root, HomePage(title="Competenze in Comune", slug="home"))


def point_site_at(home: HomePage) -> None:
    """Full addresses (sitemap, "view live") need host and port of SITE_URL."""
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    wanted = {"hostname": address.hostname, "port": port, "root_page": home, "site_name": "Competenze in Comune"}
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if any(getattr(site, name, None) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()


def ensure_sections(home: HomePage) -> None:
    sections = [
        CatalogueIndexPage(
            title="Corsi",
            slug="corsi",
            introduction="Corsi brevi per chi lavora nei Comuni e negli enti delle aree interne.",
        ),
        AreasIndexPage(
            title="Aree interne",
            slug="aree",
            introduction="Quattordici aree di montagna, di lago e di pianura, ognuna con la propria strategia.",
        ),
        NewsIndexPage(
            title="Notizie",
            slug="notizie",
            introduction="Il programma, i laboratori e le tappe del tour Lombardia Autentica.",
        ),
    ]
    for page in sections:
        if not type(page).objects.exists():
            publish(home, page)


def ensure_area_pages() -> None:
    index = AreasIndexPage.objects.get()
    for area in Area.objects.filter(page=None):
        page = AreaPage(
            title=area.name, slug=area.slug, area=area, introduction=introduction(area), funding_note=FUNDING_NOTE
        )
        publish(index, page)


def introduction(area: Area) -> str:
    names = province_names(area)
    where = " e ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    province = "delle province di" if len(names) > 1 else "della provincia di"
    count = area.bodies.current().municipalities().count()
    return f"{count} Comuni {province} {where}: corsi, tutor e laboratori per chi lavora nei loro uffici."


def create_text_pages(home: HomePage) -> None:
    for path in sorted(TEXTS.glob("pages/*.md")):
        facts, html = read_text(path)
        publish(home, StandardPage(body=html, **facts))


def read_text(path: Path) -> tuple[dict, str]:
    """The facts between two lines of --- and the text below them as HTML."""
    _before, facts, text = path.read_text().split("---\n", 2)
    return yaml.safe_load(facts), markdown_html(text)


def publish(parent: Page, page: Page) -> Page:
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def grant_editors(home: HomePage) -> None:
    """Editors and ANCI write and publish every page and the snippets; only ANCI changes footer and colour."""
    models = {model for model in get_snippet_models() if model._meta.app_label in EDITOR_APPS}
    written = _permissions(models - {AccessibilityReport}, ["add", "change", "delete", "view"])
    snippets = written + _permissions([AccessibilityReport], ["change", "view"])  # reports come from the public
    settings_permission = _permissions([SiteSettings], ["change"])
    pages = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(Page),
        codename__in=["add_page", "change_page", "publish_page", "bulk_delete_page"],
    )
    for role, name in CMS_GROUPS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*snippets, Permission.objects.get(codename="access_admin"))
        if role == RoleAssignment.Role.ANCI:
            group.permissions.add(*settings_permission)
        for permission in pages:
            GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)


def _permissions(models: Iterable, verbs: list[str]) -> list[Permission]:
    found = []
    for model in models:
        codenames = [f"{verb}_{model._meta.model_name}" for verb in verbs]
        content_type = ContentType.objects.get_for_model(model)
        found += Permission.objects.filter(content_type=content_type, codename__in=codenames)
    return found
