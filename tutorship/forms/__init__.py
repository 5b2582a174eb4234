from tutorship.forms.booking import CancelForm, ChoicesForm, MoveForm, QuestionForm
from tutorship.forms.closing import CloseForm
from tutorship.forms.planning import ClosureForm, CoverageForm, ExceptionForm, PatronSaintForm, PreferenceForm, RuleForm
from tutorship.forms.requests import AnswerForm, MatchForm, RequestForm

__all__ = [
    "AnswerForm",
    "CancelForm",
    "ChoicesForm",
    "CloseForm",
    "ClosureForm",
    "CoverageForm",
    "ExceptionForm",
    "MatchForm",
    "MoveForm",
    "PatronSaintForm",
    "PreferenceForm",
    "QuestionForm",
    "RequestForm",
    "RuleForm",
]
