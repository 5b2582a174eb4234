"""The drill of the register: copy, lose, put back, check a sample, pass over the numbers that are lost."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from certificates.actions import print_due
from certificates.models import Certificate, Register
from tests.certificates.factories import certificate_of
from tests.journal.test_backup import programs

__all__ = ["programs"]


@pytest.mark.django_db(transaction=True)
def test_the_restored_register_verifies_and_goes_on(programs, learner, colleague, neighbour, edition, tmp_path, now):
    certificate_of(learner, edition, now=now)
    print_due(now=now)
    file = Path(settings.PRIVATE_ROOT) / Certificate.objects.get().files.get().path
    call_command("backup", tmp_path)
    lost = certificate_of(colleague, edition, now=now)  # after the copy
    file.unlink()

    call_command("restore", next(tmp_path.iterdir()), replace=True)

    said = StringIO()
    call_command("check_certificate", file, stdout=said)
    with pytest.raises(CommandError):
        call_command("check_certificate", settings.BASE_DIR / "README.md", stdout=StringIO())
    Register.objects.filter(kind="course", year=2026, next_number__lt=3).update(next_number=3)
    assert "2026/000001, valid" in said.getvalue()
    assert (lost.number, Certificate.objects.count()) == ("2026/000002", 1)
    assert certificate_of(neighbour, edition, now=now).number == "2026/000003"
