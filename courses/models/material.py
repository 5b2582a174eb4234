"""Files that a lesson offers: act templates ("atti tipo"), documents and pictures, for who may read the lesson."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from courses.models.catalogue import CoursePage
from lib.pictures import PictureError, lighten


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


PICTURES = ["jpg", "jpeg", "png", "webp"]
DOCUMENTS = ["pdf", "docx", "odt", "xlsx", "ods", "csv", "txt"]


def light_picture(file, field: str) -> tuple[ContentFile, int, int]:
    """An uploaded picture made light, with its width and height; a ValidationError of the field if it is none."""
    try:
        light, width, height = lighten(file.file)
    except PictureError as broken:
        error = ValidationError(_("This picture cannot be read: save it again as JPEG or PNG."), code="no_picture")
        raise ValidationError({field: error}) from broken
    return ContentFile(light, name=f"{PurePath(file.name).stem}.webp"), width, height


class CourseFile(index.Indexed, models.Model):
    """A document to download or a picture. A picture is made light when it is saved, see lib/pictures.py."""

    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="files", verbose_name=_("course"))
    slug = models.SlugField(_("short name"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to="course_files/",
        validators=[FileExtensionValidator([*PICTURES, *DOCUMENTS])],
        help_text=_("A picture (JPEG, PNG, WebP) or a document (PDF, DOCX, ODT, XLSX, ODS, CSV, TXT)."),
    )
    width = models.PositiveIntegerField(editable=False, null=True)  # of a picture; a document has none
    height = models.PositiveIntegerField(editable=False, null=True)

    panels = [FieldPanel("course"), FieldPanel("title"), FieldPanel("slug"), FieldPanel("file")]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        ordering = ["title"]
        verbose_name = _("picture or document")
        verbose_name_plural = _("pictures and documents")
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="one_course_file_per_slug")]

    def __str__(self):
        return self.title

    @property
    def is_picture(self) -> bool:
        return self.width is not None

    @property
    def extension(self) -> str:
        return PurePath(self.file.name).suffix.lower().removeprefix(".")

    def clean(self):
        super().clean()
        if not self.file or self.file._committed:
            return
        self.width = self.height = None
        if self.extension in PICTURES:
            self.file, self.width, self.height = light_picture(self.file, "file")
