"""Act templates ("atti tipo") that a lesson offers for download."""

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from courses.models.catalogue import CoursePage


def private_storage():
    return storages["private"]


class ActTemplate(index.Indexed, models.Model):
    """A document to fill in: who is enrolled downloads it."""

    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="act_templates", verbose_name=_("course"))
    slug = models.SlugField(_("short name"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    description = models.CharField(_("description"), max_length=250, blank=True)
    version = models.CharField(_("version"), max_length=10, default="1.0")
    valid_on = models.DateField(_("checked on"))
    file = models.FileField(_("file"), storage=private_storage, upload_to="act_templates/")

    panels = [
        FieldPanel("course", help_text=_("Who is enrolled in this course may download the document.")),
        FieldPanel("title", help_text=_("The name of the act, as the municipality would file it.")),
        FieldPanel(
            "slug", help_text=_("Ends the address of the download, unique within the course: determina-affidamento.")
        ),
        FieldPanel("description", help_text=_("One line beside the link: when this act is needed.")),
        FieldRowPanel(
            [
                FieldPanel("version", help_text=_("Raise it whenever the file changes: 1.1, 2.0.")),
                FieldPanel("valid_on", help_text=_("The day on which somebody last compared it with the law.")),
            ]
        ),
        FieldPanel("file", help_text=_("A document that can be filled in: .docx or .odt.")),
    ]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        ordering = ["title"]
        verbose_name = _("act template")
        verbose_name_plural = _("act templates")
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="one_act_template_per_slug")]

    def __str__(self):
        return self.title
