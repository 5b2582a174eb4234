"""What the territory tells the apps above, as the last line inside the action's transaction."""

from django.dispatch import Signal

# body, successor, first_on (a date, of the successor), actor (None at the console), now; sent anew when merged again
body_merged = Signal()
