from certificates.actions.correct import changes, correct_certificate
from certificates.actions.issue import issue_certificate, number_incomplete
from certificates.actions.printing import print_due, retry_printing
from certificates.actions.revoke import revoke_certificate
from certificates.actions.training import record_course, record_tutoring

__all__ = [
    "changes",
    "correct_certificate",
    "issue_certificate",
    "number_incomplete",
    "print_due",
    "record_course",
    "record_tutoring",
    "retry_printing",
    "revoke_certificate",
]
