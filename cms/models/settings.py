"""What an administration may change on every page: contacts, legal links, the accent colour."""

from django.conf import settings
from django.core.cache import cache
from django.core.cache.utils import make_template_fragment_key
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

CURRENT_KEY, CURRENT_SECONDS = "cms.site_settings", 60  # on every page, changed once a year

address_validator = RegexValidator(
    r"^(https?://[^\s]+|/[^\s/][^\s]*|/)$", _("An address begins with https:// or with /.")
)


class LinkField(models.CharField):
    """A full address, or a path of this site."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 250, "blank": True, "validators": [address_validator]} | kwargs)


@register_setting(icon="cog", order=100)
class SiteSettings(BaseGenericSetting):
    class Theme(models.TextChoices):
        ITALIA = "italia", _("blue of Bootstrap Italia")
        LOMBARDIA = "lombardia", _("green of Regione Lombardia")

    support_mail = models.EmailField(
        _("address of the support desk"),
        blank=True,
        help_text=_("Shown in the footer; the reports of problems go there."),
    )
    owner_statement = models.CharField(
        _("who runs the service"),
        max_length=250,
        blank=True,
        default="Centri di competenza di ANCI Lombardia, "
        "accordo con Regione Lombardia (DGR XII/448 del 12 giugno 2023).",
    )
    privacy_url = LinkField(_("privacy page"), default="/privacy/")
    accessibility_url = LinkField(_("accessibility statement"), default="/accessibilita/")
    programme_url = LinkField(_("page about the programme"), default="/programma/")
    source_code_url = LinkField(_("source code"), help_text=_("Empty: the link is left out."))
    theme = models.CharField(_("accent colour"), max_length=10, choices=Theme, default=Theme.ITALIA)

    panels = [
        MultiFieldPanel(
            [FieldPanel("support_mail"), FieldPanel("owner_statement")], heading=_("Contacts in the footer")
        ),
        MultiFieldPanel(
            [
                FieldPanel("privacy_url"),
                FieldPanel("accessibility_url"),
                FieldPanel("programme_url"),
                FieldPanel("source_code_url"),
            ],
            heading=_("Legal links in the footer"),
        ),
        FieldPanel("theme"),
    ]

    class Meta:
        verbose_name = _("footer, contacts and colour")

    @classmethod
    def current(cls) -> "SiteSettings":
        """The saved settings, or the defaults: unlike `load()` it never writes.

        Kept for a minute; saving forgets them in this process, the other ones follow within that minute.
        """
        return cache.get_or_set(CURRENT_KEY, lambda: cls.objects.first() or cls(), CURRENT_SECONDS)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        footers = [make_template_fragment_key("footer", [language]) for language, _name in settings.LANGUAGES]
        cache.delete_many([CURRENT_KEY, *footers])
