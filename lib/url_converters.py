"""Path converters shared by every urls.py."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A primary key; a number too large for the database matches no route, and so is a 404."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
