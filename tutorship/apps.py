from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TutorshipConfig(AppConfig):
    name = "tutorship"
    verbose_name = _("Tutorship")
    default_auto_field = "django.db.models.BigAutoField"
