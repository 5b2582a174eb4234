"""Putting a wording into use: a version is frozen, and only one that fits."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.actions.issue import keep_version
from certificates.models import CertificateTemplate
from journal.actions import record


def check_template(template: CertificateTemplate) -> None:
    """Print the worst case; raise ValidationError "does_not_fit" with what is wrong."""
    if problems := template.problems():
        reasons = "; ".join(problems)
        raise ValidationError(
            _("With the longest texts this certificate does not fit: %(reasons)s") % {"reasons": reasons},
            code="does_not_fit",
        )


@transaction.atomic
def publish_template(template: CertificateTemplate, *, actor: User, now: datetime) -> CertificateTemplate:
    """Freeze the wording as it is; the certificates issued from now on use it, the others stay as they are."""
    check_template(template)
    template.version = keep_version(template, now=now)
    template.save(update_fields=["version"])
    record("publish_template", template, actor=actor, after={"sha256": template.version.sha256}, now=now)
    return template
