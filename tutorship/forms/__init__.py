from tutorship.forms.booking import CancelForm, ChoicesForm, MoveForm, QuestionForm
from tutorship.forms.cases import CaseCloseForm, CaseReasonForm, CaseReassignForm, CaseWriteForm, FilesForm
from tutorship.forms.closing import CloseForm, CorrectForm, NoteForm, TaskForm
from tutorship.forms.planning import (
    ClosureForm,
    CoverageForm,
    ExceptionForm,
    HandoverForm,
    PatronSaintForm,
    PreferenceForm,
    RuleForm,
)
from tutorship.forms.rating import RatingForm
from tutorship.forms.requests import AnswerForm, MatchForm, RequestForm

__all__ = [
    "AnswerForm",
    "CancelForm",
    "CaseCloseForm",
    "CaseReasonForm",
    "CaseReassignForm",
    "CaseWriteForm",
    "ChoicesForm",
    "CloseForm",
    "ClosureForm",
    "CorrectForm",
    "CoverageForm",
    "ExceptionForm",
    "FilesForm",
    "HandoverForm",
    "MatchForm",
    "MoveForm",
    "NoteForm",
    "PatronSaintForm",
    "PreferenceForm",
    "QuestionForm",
    "RatingForm",
    "RequestForm",
    "RuleForm",
    "TaskForm",
]
