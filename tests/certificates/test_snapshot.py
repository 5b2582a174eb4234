"""What a snapshot holds, and that an older one goes on saying what it said."""

import hashlib

import pytest

from certificates.actions import issue_statement, print_due, printing
from certificates.models import Certificate, CertificateTemplate, Register, TemplateVersion
from certificates.rendering import said_in
from tests.certificates.factories import certificate_of

Kind = Register.Kind
FIRST_FORMAT = """<!doctype html><html lang="it"><head><title>Attestato</title>
<meta name="dcterms.created" content="{{ snapshot.issued_at }}"></head><body><p>{{ snapshot.first_name }}
{{ snapshot.last_name }}</p><p>{{ snapshot.number }} {{ snapshot.grouped_code }} {{ snapshot.legal }}</p>
{% for line in lines %}<p>{{ line.title }}, {{ line.day|date:"d/m/Y" }}, {{ line.body }}, {{ line.hours }}</p>
{% empty %}
<p>{{ snapshot.title }}</p>{% endfor %}<p>{{ hours }}</p><img src="{{ qr }}" alt="QR"></body></html>"""
NEW_IN_LINES = {"theme", "is_mandatory"}


def as_first_format(certificate) -> dict:
    """The snapshot as it was written before formats had a number."""
    old = {key: value for key, value in certificate.snapshot.items() if key not in {"format", "foreseen_minutes"}}
    if "lines" in old:
        old["lines"] = [{k: v for k, v in line.items() if k not in NEW_IN_LINES} for line in old["lines"]]
    return old


@pytest.fixture
def certificate(learner, edition, now):
    edition.course.credit_minutes = 90
    edition.course.save(update_fields=["credit_minutes"])
    return certificate_of(learner, edition, now=now, credit_minutes=45)


@pytest.fixture
def statement(certificate, learner, now):
    return issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)


def test_the_paper_names_the_hours_foreseen_and_attended(certificate):
    pdf, problems = printing.render(certificate)

    assert (certificate.snapshot["format"], problems) == (2, [])
    assert "prevista 1 ora e 30 minuti, frequentata 45 minuti" in said_in(pdf)[1]


def test_a_statement_names_theme_and_what_the_law_asks_for(statement):
    statement.snapshot["lines"][0] |= {"theme": "digitale", "is_mandatory": True}

    pdf, problems = printing.render(statement)

    assert problems == []
    text = " ".join(said_in(pdf)[1].split())
    assert "transizione digitale, obbligatoria per legge" in text
    assert "di cui obbligatorie per legge 45 minuti" in text


@pytest.mark.parametrize("name", ["certificate", "statement"])
def test_an_older_template_prints_the_same_bytes_from_either_format(request, name):
    row = request.getfixturevalue(name)
    version = TemplateVersion(html=FIRST_FORMAT, css="", sha256="0" * 64)

    (old, no_problem), (new, _also_none) = (version.render(content) for content in (as_first_format(row), row.snapshot))

    assert (no_problem, hashlib.sha256(old).digest()) == ([], hashlib.sha256(new).digest())


@pytest.mark.parametrize("name", ["certificate", "statement"])
def test_an_older_snapshot_prints_in_todays_look(request, name):
    row = request.getfixturevalue(name)

    pdf, problems = CertificateTemplate.shipped(row.kind).composed().render(as_first_format(row))

    assert (problems, "prevista" in said_in(pdf)[1]) == ([], False)


def test_a_statement_of_the_first_format_is_not_numbered_again(statement, learner, edition, now):
    Certificate.objects.filter(pk=statement.pk).update(snapshot=as_first_format(statement))

    again = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)
    certificate_of(learner, edition, now=now)
    changed = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    assert (again.pk, changed.supersedes_id) == (statement.pk, statement.pk)
    assert print_due(now=now) == 3
