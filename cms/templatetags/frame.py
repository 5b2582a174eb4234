"""What the page frame needs beyond Django's own tags."""

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lib.durations import in_words

SITE_NAME = "Competenze in Comune"
register = template.Library()


@register.filter(is_safe=True)
def page_title(title: SafeString) -> str:
    """ "Corsi" becomes "Corsi · Competenze in Comune"; `title` is template output, already escaped."""
    words = " ".join(title.split())
    return f"{words} · {SITE_NAME}" if words else SITE_NAME


@register.filter
def breadcrumb_bar(items: SafeString) -> str:
    """Wrap the items of a breadcrumb; a page without any gets no empty landmark."""
    if not items.strip():
        return ""
    return format_html(
        '<div class="container"><nav class="breadcrumb-container" aria-label="{}">'
        '<ol class="breadcrumb">{}</ol></nav></div>',
        _("You are here"),
        mark_safe(items),
    )


@register.filter
def duration(minutes: int) -> str:
    """90 becomes "1 ora e 30 minuti"."""
    return in_words(minutes)


@register.filter
def millions(euro: int) -> str:
    """14000000 becomes "14", 12900000 becomes "12,9"."""
    return localize(euro // 1_000_000 if euro % 1_000_000 == 0 else round(euro / 1_000_000, 1))


@register.simple_tag(takes_context=True)
def query_with(context, **changes) -> str:
    """The query string of this page with some parameters changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
