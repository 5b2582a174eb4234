"""Clean input for the courses' pages."""

from courses.forms.attendance import LOG_BYTES, ExcuseForm, LogColumnsForm, LogUploadForm, RegisterForm
from courses.forms.course_files import CourseImportForm
from courses.forms.edition import (
    CompletionForm,
    CopyToDatesForm,
    EditionCopyForm,
    EditionForm,
    EnrolmentForm,
    ExtensionForm,
    InvitationLinkForm,
    LiveSessionForm,
    MessageForm,
    ReasonForm,
    StaffChoiceForm,
    StaffFilterForm,
)
from courses.forms.learning import OPENED_SALT, MarginForm, ReadingForm, WatchingForm, sign_opening

__all__ = [
    "LOG_BYTES",
    "OPENED_SALT",
    "CompletionForm",
    "CopyToDatesForm",
    "CourseImportForm",
    "EditionCopyForm",
    "EditionForm",
    "EnrolmentForm",
    "ExcuseForm",
    "ExtensionForm",
    "InvitationLinkForm",
    "LiveSessionForm",
    "LogColumnsForm",
    "LogUploadForm",
    "MarginForm",
    "MessageForm",
    "ReadingForm",
    "ReasonForm",
    "RegisterForm",
    "StaffChoiceForm",
    "StaffFilterForm",
    "WatchingForm",
    "sign_opening",
]
