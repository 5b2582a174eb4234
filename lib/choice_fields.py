"""Choice fields that no input breaks."""

import re

from django import forms
from django.core.exceptions import ValidationError

KEY = re.compile(r"[0-9]{1,18}")


class KeysField(forms.ModelMultipleChoiceField):
    """Several rows by primary key; a number too large for the database is an invalid choice like any other."""

    def _check_values(self, value):
        for key in value:
            if not KEY.fullmatch(str(key)):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": key}
                )
        return super()._check_values(value)
