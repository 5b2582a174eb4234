"""What is written in a case, and how it goes on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.italia_forms import ItaliaForm
from tutorship.models import Case
from tutorship.models.case import MESSAGE_LENGTH


class CaseWriteForm(ItaliaForm):
    text = forms.CharField(
        label=_("Message"), required=False, max_length=MESSAGE_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, picture, plain text, or a Word, Excel or LibreOffice document, of at most 10 MB."),
    )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files; what they hold is checked when they are kept."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        return [super(SeveralFilesField, self).clean(file, initial) for file in data or []]


class FilesForm(ItaliaForm):
    """Documents that go along with the question."""

    files = SeveralFilesField(
        label=_("Documents for the tutor"),
        required=False,
        help_text=_(
            "At will. PDF, picture, plain text, or a Word, Excel or LibreOffice document, of at most 10 MB each. "
            "No documents with data of citizens that are not needed."
        ),
    )


class CaseCloseForm(ItaliaForm):
    ending = forms.ChoiceField(label=_("How it ended"), choices=Case.Ending.choices, widget=forms.RadioSelect)


class CaseReasonForm(ItaliaForm):
    reason = forms.CharField(
        label=_("What the coordinators should do"),
        max_length=250,
        help_text=_("They read this and the topic, not the thread."),
    )


class CaseReassignForm(ItaliaForm):
    tutor = forms.ModelChoiceField(User.objects.none(), label=_("New tutor"), empty_label=_("Choose the tutor"))
    reason = forms.CharField(
        label=_("Reason"), max_length=250, help_text=_("The person and the new tutor read it in the message.")
    )

    def __init__(self, *args, tutors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tutor"].queryset = tutors
