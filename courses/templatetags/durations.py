from django import template

from lib.durations import clock, in_hours, in_words

register = template.Library()
register.filter("duration", in_words)
register.filter("hours", in_hours)
register.filter("clock", clock)
