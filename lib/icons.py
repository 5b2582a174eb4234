"""`{% icon "it-check" "icon-sm icon-success" %}`: one icon of the sprite, decoration for the words beside it.

A tag, not an included template: a lesson shows a dozen, and each include costs more than the whole icon.
"""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    return _drawn(name, classes, static("front/sprite.svg"))


@cache  # some forty names and a handful of classes
def _drawn(name: str, classes: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"icon {classes}".strip(),
        sprite,
        name,
    )
