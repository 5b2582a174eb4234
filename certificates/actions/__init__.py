from certificates.actions.archive import build_archives, delete_expired_archives, may_fetch, request_archive
from certificates.actions.checking import check_file
from certificates.actions.correct import changes, correct_certificate
from certificates.actions.erase import erase_holder
from certificates.actions.external import approve_external, carry_claims_over, refuse_external, submit_external
from certificates.actions.issue import issue_certificate, number_incomplete
from certificates.actions.printing import print_due, retry_printing
from certificates.actions.revoke import revoke_certificate, revoke_for_undone
from certificates.actions.statement import issue_statement
from certificates.actions.template import check_template, publish_template
from certificates.actions.training import record_course, record_live_minutes, record_tutoring

__all__ = [
    "approve_external",
    "build_archives",
    "carry_claims_over",
    "changes",
    "check_file",
    "check_template",
    "correct_certificate",
    "delete_expired_archives",
    "erase_holder",
    "issue_certificate",
    "issue_statement",
    "may_fetch",
    "number_incomplete",
    "print_due",
    "publish_template",
    "record_course",
    "record_live_minutes",
    "record_tutoring",
    "refuse_external",
    "request_archive",
    "retry_printing",
    "revoke_certificate",
    "revoke_for_undone",
    "submit_external",
]
