"""What the import contracts cannot see."""

import ast
import re
import tomllib
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.matrix.world import LOWEST_FIRST

ROOT = settings.BASE_DIR
HIGHEST_FIRST = ["cms", "reports", "certificates", "tutorship", "courses", "accounts", "territory", "journal"]
OURS = [*HIGHEST_FIRST, "config", "lib", "scripts", "tests", "benchmarks"]


def python_files(*folders: str):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_local_apps_are_the_ones_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert settings.LOCAL_APPS == HIGHEST_FIRST
    assert contracts["root_packages"] == ["config", *HIGHEST_FIRST, "lib"]
    assert sorted(LOWEST_FIRST) == sorted([*HIGHEST_FIRST, "outside"])
    assert sorted(path.parent.name for path in ROOT.glob("*/apps.py")) == sorted(HIGHEST_FIRST)


def test_every_folder_with_python_is_a_package():
    folders = {path.parent for path in python_files(*OURS)}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_foreign_keys_point_downwards():
    """A string foreign key is an import that no linter sees; the user model is everybody's."""
    rank = {app: number for number, app in enumerate(HIGHEST_FIRST)}
    upwards = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if model._meta.app_label in rank
        and field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and field.related_model._meta.app_label in rank
        and field.related_model._meta.label != settings.AUTH_USER_MODEL
        and rank[field.related_model._meta.app_label] < rank[model._meta.app_label]
    ]

    assert upwards == []


def test_files_and_functions_stay_short():
    long_files = [
        str(path) for path in python_files(*OURS) if "migrations" not in path.parts and lines(path) > limit(path)
    ]
    long_functions = [
        f"{path}:{node.lineno} {node.name}"
        for path in python_files(*HIGHEST_FIRST, "config", "lib", "scripts")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40
    ]

    assert (long_files, long_functions) == ([], [])


def limit(path) -> int:
    return 600 if "tests" in path.parts else 400  # a specification may list more cases


def lines(path) -> int:
    return len(path.read_text().splitlines())


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=", re.IGNORECASE)
    ours = [path for folder in (*HIGHEST_FIRST, "templates") for path in (ROOT / folder).rglob("*.html")]
    printed = ("certificates/templates/certificates/pdf", "journal/templates/journal/mail.html")  # no page of the site

    found = [str(path.relative_to(ROOT)) for path in ours if inline.search(path.read_text())]

    assert [name for name in found if not name.startswith(printed)] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize("app", [app for app in HIGHEST_FIRST if find_spec(f"{app}.guards")])
def test_guards_exist_on_this_engine(app):
    guards = __import__(f"{app}.guards", fromlist=["installed"])
    with connection.cursor() as cursor:
        found = guards.installed(connection, cursor)

    assert found != set()
