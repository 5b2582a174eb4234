from tutorship.forms.booking import CancelForm, ChoicesForm, MoveForm, QuestionForm
from tutorship.forms.closing import CloseForm
from tutorship.forms.planning import ClosureForm, CoverageForm, ExceptionForm, PatronSaintForm, PreferenceForm, RuleForm

__all__ = [
    "CancelForm",
    "ChoicesForm",
    "CloseForm",
    "ClosureForm",
    "CoverageForm",
    "ExceptionForm",
    "MoveForm",
    "PatronSaintForm",
    "PreferenceForm",
    "QuestionForm",
    "RuleForm",
]
