from django import template

from lib.durations import in_short

register = template.Library()
register.filter("short_duration", in_short)
