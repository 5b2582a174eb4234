from tutorship.forms.booking import CancelForm, ChoicesForm, QuestionForm
from tutorship.forms.closing import CloseForm
from tutorship.forms.planning import ClosureForm, CoverageForm, ExceptionForm, PreferenceForm, RuleForm

__all__ = [
    "CancelForm",
    "ChoicesForm",
    "CloseForm",
    "ClosureForm",
    "CoverageForm",
    "ExceptionForm",
    "PreferenceForm",
    "QuestionForm",
    "RuleForm",
]
