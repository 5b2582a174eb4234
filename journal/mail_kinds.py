"""Every message that the system sends: when, to whom, and whether the person may do without it.

`queue_mail` takes no message that is not listed here. The code is the path of its template: "courses.waiting" is
`courses/emails/waiting.txt`, "account.…" is one of the login.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class MailKind:
    """Optional is what reminds, or repeats what stands on a page. What changes a right, an appointment or an account
    is always sent.
    """

    code: str
    name: Promise
    when: Promise
    to: Promise
    is_optional: bool = False
    roles: tuple[str, ...] = ()  # whom it can reach: "tutor", "referent", "coordinator", "anci"; everybody without any

    def concerns(self, scope) -> bool:
        """Whether the roles of a person are such that it can reach them."""
        return not self.roles or any(getattr(scope, f"is_{role}") for role in self.roles)

    @property
    def app(self) -> str:
        return self.code.partition(".")[0]

    @property
    def template(self) -> str:
        app, _dot, name = self.code.partition(".")
        return f"account/email/{name}_message.txt" if app == "account" else f"{app}/emails/{name}.txt"


PERSON = _("the person concerned")
WHO_ASKED = _("who asked")
ENROLLED = _("who is enrolled")
BOOKED = _("who has booked")
TUTOR = pgettext_lazy("recipient", "the tutor")
COORDINATORS = _("the coordinators of the area")
BOTH_SIDES = _("the tutor and who has booked")
AT_ONCE = _("at once")

GROUPS = {
    "account": _("Login"),
    "accounts": _("Profile and bodies"),
    "territory": _("Profile and bodies"),
    "courses": _("Courses"),
    "tutorship": _("Tutoring"),
    "certificates": _("Certificates"),
    "reports": _("Coordination"),
    "cms": _("The site"),
    "journal": _("Summaries"),
}

LOGIN = [
    MailKind("account.email_confirmation_signup", _("Confirm the address"), _("at the registration"), PERSON),
    MailKind("account.email_confirmation", _("Confirm the new address"), _("when the address is changed"), PERSON),
    MailKind("account.password_reset_key", _("New password"), _("when it is asked for"), PERSON),
    MailKind(
        "account.unknown_account", _("No account"), _("when a password is asked for without an account"), WHO_ASKED
    ),
    MailKind("account.account_already_exists", _("Account exists already"), _("at a second registration"), WHO_ASKED),
]
PROFILE = [
    MailKind("accounts.invitation", _("Invitation"), _("when a body invites somebody new"), PERSON),
    MailKind(
        "accounts.invitation_known", _("Invitation by a body"), _("when a body invites who has an account"), PERSON
    ),
    MailKind(
        "accounts.staff_imported", _("Staff imported"), AT_ONCE, WHO_ASKED, is_optional=True, roles=("coordinator",)
    ),
    MailKind("accounts.erasure_asked", _("Erasure asked for"), AT_ONCE, PERSON),
    MailKind("accounts.erased", _("Account erased"), _("when everything personal is gone"), PERSON),
    MailKind("accounts.employment_confirmed", _("Body confirmed"), AT_ONCE, PERSON, is_optional=True),
    MailKind("accounts.employment_refused", _("Body not confirmed"), AT_ONCE, PERSON),
    MailKind("territory.proposal_accepted", _("Proposed body listed"), AT_ONCE, WHO_ASKED, is_optional=True),
    MailKind("territory.proposal_refused", _("Proposed body not listed"), AT_ONCE, WHO_ASKED),
]
COURSES = [
    MailKind("courses.enrolment_confirmed", _("Enrolled"), _("at the enrolment in a dated edition"), ENROLLED),
    MailKind("courses.enrolment_cancelled", _("Enrolment cancelled"), _("when somebody else ends it"), ENROLLED),
    MailKind(
        "courses.meeting",
        _("Meeting set, moved or cancelled"),
        _("at each change, with the calendar entry"),
        _("who is enrolled and the tutors of the edition"),
    ),
    MailKind(
        "courses.due_reminder",
        _("Reminder of a due date"),
        _("a week before, a day before, and the day after"),
        ENROLLED,
        is_optional=True,
    ),
    MailKind(
        "courses.edition_message",
        _("Message to the participants"),
        _("when who organises the edition writes one"),
        ENROLLED,
    ),
    MailKind("courses.waiting", _("In the waiting list"), _("when there is no seat"), WHO_ASKED),
    MailKind(
        "courses.seat_offered",
        _("A seat is free"),
        _("when the turn has come; it says until when to answer"),
        WHO_ASKED,
    ),
    MailKind(
        "courses.offer_lapsed", _("The offer of a seat is over"), _("when nobody has answered in time"), WHO_ASKED
    ),
    MailKind("courses.request_refused", _("Request not approved"), AT_ONCE, WHO_ASKED),
    MailKind("courses.request_closed", _("No seat any more"), _("when the edition is over or cancelled"), WHO_ASKED),
    MailKind("courses.completion_decided", _("Completed or reopened by decision"), AT_ONCE, ENROLLED),
    MailKind(
        "courses.answers_to_mark",
        _("An answer to mark"),
        _("when a quiz with open answers is handed in"),
        _("the tutors of the edition"),
        is_optional=True,
        roles=("tutor",),
    ),
    MailKind("courses.attempt_marked", _("Quiz marked"), AT_ONCE, ENROLLED, is_optional=True),
]
TUTORING = [
    MailKind(
        "tutorship.booking_confirmed", _("Appointment confirmed"), _("at the booking, with the calendar entry"), BOOKED
    ),
    MailKind(
        "tutorship.booking_confirmed_tutor",
        _("New appointment, with its question"),
        _("at the booking, with the calendar entry"),
        TUTOR,
        roles=("tutor",),
    ),
    MailKind("tutorship.booking_moved", _("Appointment moved"), _("at the move, with the calendar entry"), BOTH_SIDES),
    MailKind(
        "tutorship.session_taken_over",
        _("Another tutor for an appointment"),
        _("when a tutor leaves, with the calendar entry"),
        _("the former tutor and who has booked"),
    ),
    MailKind(
        "tutorship.booking_cancelled",
        _("Appointment cancelled"),
        _("at the cancellation, with the calendar entry"),
        BOTH_SIDES,
    ),
    MailKind(
        "tutorship.group_goes_on",
        _("Somebody has left a group"),
        _("at the cancellation, with the calendar entry"),
        _("who stays in the group"),
        is_optional=True,
    ),
    MailKind(
        "tutorship.reminder",
        _("Reminder of an appointment"),
        _("7 days, 1 day and 1 hour before"),
        BOTH_SIDES,
        is_optional=True,
    ),
    MailKind(
        "tutorship.outcome_due",
        _("Outcome still to write"),
        _("24 hours after the end"),
        TUTOR,
        is_optional=True,
        roles=("tutor",),
    ),
    MailKind("tutorship.outcome_written", _("Outcome written or corrected"), AT_ONCE, BOOKED),
    MailKind(
        "tutorship.task_added", _("Something to be done"), _("when somebody else gives the task"), _("who has to do it")
    ),
    MailKind(
        "tutorship.task_due",
        _("Reminder of something to be done"),
        _("on the morning before the due day"),
        _("who has to do it"),
        is_optional=True,
    ),
    MailKind(
        "tutorship.case_message",
        _("Something new in a case"),
        AT_ONCE,
        _("the other side of the case"),
        is_optional=True,
    ),
    MailKind("tutorship.case_reassigned", _("Another tutor for a case"), AT_ONCE, _("the new tutor and the person")),
    MailKind(
        "tutorship.case_escalated", _("A case for the coordinators"), AT_ONCE, COORDINATORS, roles=("coordinator",)
    ),
    MailKind(
        "tutorship.waiting_joined",
        _("In the waiting list of a tutor"),
        _("when nothing is free"),
        WHO_ASKED,
        is_optional=True,
    ),
    MailKind(
        "tutorship.waiting_offered",
        _("A time with a tutor is free"),
        _("when the turn has come; it says until when to answer"),
        WHO_ASKED,
    ),
    MailKind(
        "tutorship.waiting_lapsed", _("The offer of a time is over"), _("when nobody has answered in time"), WHO_ASKED
    ),
    MailKind(
        "tutorship.waiting_closed",
        _("No time with a tutor any more"),
        _("when the group is over or cancelled"),
        WHO_ASKED,
    ),
    MailKind("tutorship.request_received", _("Request for a session received"), AT_ONCE, WHO_ASKED, is_optional=True),
    MailKind(
        "tutorship.request_to_answer",
        _("Request for a session to be answered"),
        AT_ONCE,
        COORDINATORS,
        roles=("coordinator",),
    ),
    MailKind("tutorship.request_answered", _("Answer to a request for a session"), AT_ONCE, WHO_ASKED),
]
CERTIFICATES = [
    MailKind("certificates.certificate_ready", _("Certificate ready"), AT_ONCE, PERSON, is_optional=True),
    MailKind("certificates.certificate_revoked", _("Certificate revoked"), AT_ONCE, PERSON),
    MailKind("certificates.external_decided", _("Training elsewhere decided"), AT_ONCE, WHO_ASKED),
    MailKind(
        "certificates.archive_ready",
        _("Certificates ready to be downloaded"),
        AT_ONCE,
        WHO_ASKED,
        is_optional=True,
        roles=("referent", "coordinator"),
    ),
]
COORDINATION = [
    MailKind(
        "reports.monthly",
        _("Monthly report"),
        _("at the beginning of the month"),
        _("coordinators"),
        is_optional=True,
        roles=("coordinator",),
    ),
    MailKind(
        "reports.theme_lost",
        _("Nobody trained on a theme any more"),
        _("when the only person trained on it leaves a body"),
        _("the referent of the body and the coordinators of the area"),
        is_optional=True,
        roles=("referent", "coordinator"),
    ),
    MailKind("reports.calls_asked", _("Calls to make"), _("when a coordinator asks for them"), TUTOR, roles=("tutor",)),
]
SITE = [
    MailKind(
        "journal.digest",
        _("The news together"),
        _("in the morning, every day or on Mondays, when the person has chosen so"),
        PERSON,
    ),
    MailKind(
        "cms.accessibility_report", _("Accessibility problem reported"), AT_ONCE, _("the support desk"), roles=("anci",)
    ),
]

KINDS = {kind.code: kind for kind in [*LOGIN, *PROFILE, *COURSES, *TUTORING, *CERTIFICATES, *COORDINATION, *SITE]}
OPTIONAL = frozenset(code for code, kind in KINDS.items() if kind.is_optional)


def in_groups(scope) -> list[tuple[str, list[MailKind]]]:
    """The ones that can reach a person with these roles, under their headings, in the order above."""
    groups: dict[str, list[MailKind]] = {}
    for kind in (kind for kind in KINDS.values() if kind.concerns(scope)):
        groups.setdefault(str(GROUPS[kind.app]), []).append(kind)
    return list(groups.items())
