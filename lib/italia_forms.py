"""Forms in the markup of the public administration's design system.

A renderer of our own on the forms of ours only: a global FORM_RENDERER would restyle the Wagtail admin.
"""

from django import forms
from django.forms.renderers import TemplatesSetting

WIDGETS = {  # the other widgets are plain controls, dressed by the style sheet
    "django/forms/widgets/radio.html": "forms/widgets/choices.html",
    "django/forms/widgets/checkbox_select.html": "forms/widgets/choices.html",
    "django/forms/widgets/clearable_file_input.html": "forms/widgets/file.html",
}
NATIVE_PICKERS = [  # (plain widget of Django, type of the native control, format that it demands)
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
]


class ItaliaRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name):
        return super().get_template(WIDGETS.get(template_name, template_name))


class ItaliaMixin:
    """Put it before the class of the form: `class LoginForm(ItaliaMixin, allauth.LoginForm)`."""

    default_renderer = ItaliaRenderer()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            use_native_picker(field.widget)

    @property
    def error_count(self) -> int:
        """As many as the summary lists: a field may be wrong in two ways."""
        return sum(len(reasons) for reasons in self.errors.values())


def use_native_picker(widget: forms.Widget) -> None:
    for plain, input_type, value_format in NATIVE_PICKERS:
        if isinstance(widget, plain):
            widget.input_type, widget.format = input_type, value_format


class ItaliaForm(ItaliaMixin, forms.Form):
    pass


class ItaliaModelForm(ItaliaMixin, forms.ModelForm):
    pass
