from certificates.views.archive import archive_create, archive_detail, archive_download
from certificates.views.external import (
    external_approve,
    external_create,
    external_list,
    external_proof,
    external_refuse,
)
from certificates.views.own import certificate_download, certificate_list, statement_create
from certificates.views.register import certificate_correct, certificate_retry, certificate_revoke, register
from certificates.views.verification import verify, verify_code

__all__ = [
    "archive_create",
    "archive_detail",
    "archive_download",
    "certificate_correct",
    "certificate_download",
    "certificate_list",
    "certificate_retry",
    "certificate_revoke",
    "external_approve",
    "external_create",
    "external_list",
    "external_proof",
    "external_refuse",
    "register",
    "statement_create",
    "verify",
    "verify_code",
]
