"""What a lesson is made of. Every block has an icon, a description, a preview and a template."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("heading"), max_length=150)
    level = blocks.ChoiceBlock(
        choices=[("2", _("section")), ("3", _("part of a section"))], default="2", label=_("level")
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Begins a section; the outline for screen readers follows it.")
        template = "courses/blocks/heading.html"
        preview_value = {"text": "Che cosa deve dire la motivazione", "level": "2"}


class CalloutBlock(blocks.StructBlock):
    KINDS = [
        ("comune", _("in a small municipality")),
        ("attenzione", _("watch out")),
        ("esempio", _("worked example")),
        ("esercizio", _("exercise")),
        ("verifica", _("to be checked by a lawyer")),
    ]
    kind = blocks.ChoiceBlock(choices=KINDS, default="comune", label=_("kind"))
    title = blocks.CharBlock(label=_("title"), max_length=150)
    text = blocks.RichTextBlock(label=_("text"), features=[*TEXT_FEATURES, "h4"])

    class Meta:
        icon = "help"
        label = _("Box")
        description = _("An example, an exercise, a warning: set apart from the text.")
        template = "courses/blocks/callout.html"
        preview_value = {"kind": "comune", "title": "Con tre dipendenti", "text": "<p>Due preventivi bastano.</p>"}


class SolutionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=150)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)

    class Meta:
        icon = "collapse-down"
        label = _("Solution")
        description = _("Opens with a click: the answer to an exercise, or a detail for who wants it.")
        template = "courses/blocks/solution.html"
        preview_value = {"title": "Soluzione", "text": "<p>La soglia non è superata.</p>"}


class TableBlock(blocks.StructBlock):
    """Rows of cells: the first row heads the columns, the first cell of each row heads the row."""

    caption = blocks.CharBlock(label=_("caption"), max_length=200)
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(label=_("cell"), required=False, max_length=400), label=_("row")),
        label=_("rows, the first one with the headings"),
        min_num=2,
    )

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("A table that screen readers can read: caption, column headings, row headings.")
        template = "courses/blocks/table.html"
        default = {"rows": [["", ""], ["", ""]]}  # headings and one row: an empty table would greet with an error
        preview_value = {"caption": "Soglie", "rows": [["Oggetto", "Soglia"], ["Servizi", "140.000 euro"]]}


class ActTemplateBlock(SnippetChooserBlock):
    def __init__(self, **kwargs):
        super().__init__("courses.ActTemplate", **kwargs)

    class Meta:
        icon = "doc-full"
        label = _("Act template")
        description = _("A document to download and fill in, with its version and the day it was checked.")
        template = "courses/blocks/act_template.html"


LESSON_BLOCKS = [
    (
        "text",
        blocks.RichTextBlock(
            features=TEXT_FEATURES,
            icon="pilcrow",
            label=_("Text"),
            description=_("Paragraphs and lists."),
            template="courses/blocks/text.html",
            preview_value="<p>La scelta è libera, ma va spiegata.</p>",
        ),
    ),
    ("heading", HeadingBlock()),
    ("callout", CalloutBlock()),
    ("solution", SolutionBlock()),
    ("table", TableBlock()),
    ("act_template", ActTemplateBlock()),
]
