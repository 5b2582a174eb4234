"""What a lesson is made of. Every block has an icon, a description, a preview and a template."""

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from courses import embeds

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


class OfferedBlock(SnippetChooserBlock):
    """A file of the course; the preview in the chooser of blocks shows the first there is, or an empty one."""

    def get_preview_value(self):
        return self.target_model.objects.first() or self.target_model(pk=0, title=str(self.label))


class ActTemplateBlock(OfferedBlock):
    def __init__(self, **kwargs):
        super().__init__("courses.ActTemplate", **kwargs)

    class Meta:
        icon = "doc-full"
        label = _("Act template")
        description = _("A document to download and fill in, with its version and the day it was checked.")
        template = "courses/blocks/act_template.html"


class AccordionBlock(blocks.StructBlock):
    parts = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("title"), max_length=150)),
                ("text", blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)),
            ]
        ),
        label=_("parts"),
        min_num=2,
    )

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        description = _("Several parts of which each opens with a click: frequent questions, cases.")
        template = "courses/blocks/accordion.html"
        preview_value = {"parts": [{"title": "Se manca un documento", "text": "<p>L’ufficio lo chiede.</p>"}] * 2}


class TermBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("term"), max_length=100)
    definition = blocks.RichTextBlock(label=_("definition"), features=["bold", "italic", "link"])

    class Meta:
        icon = "openquote"
        label = _("Term of this lesson")
        description = _("A word with its meaning in plain words, for this lesson alone.")
        template = "courses/blocks/term.html"
        preview_value = {"term": "CIG", "definition": "<p>Il codice che identifica una gara.</p>"}


class GlossaryBlock(SnippetChooserBlock):
    def __init__(self, **kwargs):
        super().__init__("courses.GlossaryTerm", **kwargs)

    def get_preview_value(self):
        return self.target_model.objects.first() or self.target_model(pk=0, term="CIG", slug="cig")

    class Meta:
        icon = "openquote"
        label = _("Term of the glossary")
        description = _("A word of the shared glossary: kept once, the same in every course.")
        template = "courses/blocks/glossary.html"
        preview_template = "courses/admin/glossary_preview.html"


class PictureBlock(blocks.StructBlock):
    picture = OfferedBlock("courses.CourseFile", label=_("picture"))
    alternative_text = blocks.CharBlock(
        label=_("alternative text"),
        max_length=300,
        help_text=_("What the picture says, for who does not see it."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture with the text that stands for it, and a caption if needed.")
        template = "courses/blocks/picture.html"

    def get_preview_value(self):
        picture = self.child_blocks["picture"].get_preview_value()
        return self.normalize({"picture": picture, "alternative_text": str(self.label), "caption": ""})

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["picture"] and not cleaned["picture"].is_picture:  # a draft may lack it still
            error = ValidationError(_("This file is a document: use the block for documents."), code="no_picture")
            raise blocks.StructBlockValidationError({"picture": error})
        return cleaned


class DocumentBlock(OfferedBlock):
    def __init__(self, **kwargs):
        super().__init__("courses.CourseFile", **kwargs)

    class Meta:
        icon = "download"
        label = _("Document")
        description = _("A document to download, for who is enrolled.")
        template = "courses/blocks/document.html"


class EmbedBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=150)
    url = blocks.URLBlock(
        label=_("address of the page"),
        validators=[URLValidator(schemes=["https"])],
        help_text=_("https. A video of YouTube or Vimeo opens in the lesson after a click; anything else is a link."),
    )

    class Meta:
        icon = "link-external"
        label = _("Content from elsewhere")
        description = _("Loaded after a click only: before it no other site hears of the visit.")
        template = "courses/blocks/embed.html"
        preview_value = {"title": "Come si legge un bando", "url": "https://vimeo.com/1234567"}

    def get_context(self, value, parent_context=None):
        frame = {"frame": embeds.frame_address(value["url"]), "host": embeds.host(value["url"])}
        return super().get_context(value, parent_context) | frame


class ReflectionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=400)

    class Meta:
        icon = "edit"
        label = _("Question for reflection")
        description = _("The learner writes an answer that nobody else reads.")
        template = "courses/blocks/reflection.html"
        preview_value = {"question": "In quale atto del proprio ufficio manca la motivazione?"}


class CheckpointBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=400)
    answers = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("text", blocks.CharBlock(label=_("answer"), max_length=300)),
                ("is_right", blocks.BooleanBlock(label=_("right"), required=False)),
                ("feedback", blocks.CharBlock(label=_("why it is right or wrong"), max_length=400)),
            ]
        ),
        label=_("answers"),
        min_num=2,
    )

    class Meta:
        icon = "tick"
        label = _("Checkpoint question")
        description = _("Must be answered for the lesson to count. Comments are shown after the answer only.")
        template = "courses/blocks/checkpoint.html"
        preview_value = {
            "question": "Che cosa si scrive nel titolo di un avviso?",
            "answers": [
                {"text": "Oggetto e scadenza", "is_right": True, "feedback": "Si trovano senza aprirlo."},
                {"text": "Il numero della delibera", "is_right": False, "feedback": "Va in fondo."},
            ],
        }

    def clean(self, value):
        cleaned = super().clean(value)
        if not any(answer["is_right"] for answer in cleaned["answers"]):
            error = ValidationError(_("Mark at least one answer as right."), code="no_right_answer")
            raise blocks.StructBlockValidationError({"answers": error})
        return cleaned


class RecordingBlock(blocks.StructBlock):
    """A recording and what it counts for."""

    recording = OfferedBlock("courses.Recording", label=_("recording"))
    percent = blocks.IntegerBlock(
        label=_("share to be watched (%)"),
        default=90,
        min_value=0,
        max_value=100,
        help_text=_("The lesson counts once so much was played. 0: it is not asked for."),
    )
    twin_counts = blocks.BooleanBlock(
        label=_("the transcript counts the same"),
        required=False,
        default=True,
        help_text=_("For who is on a slow line: reading it stands for watching."),
    )

    def get_preview_value(self):
        recording = self.child_blocks["recording"].get_preview_value()
        return self.normalize({"recording": recording, "percent": 90, "twin_counts": True})


class VideoBlock(RecordingBlock):
    class Meta:
        icon = "media"
        label = _("Video")
        description = _("A video of our own with captions, its audio and transcript for slow lines.")
        template = "courses/blocks/video.html"

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["recording"] and not cleaned["recording"].is_video:
            error = ValidationError(_("This recording has no video: use the audio block."), code="no_video")
            raise blocks.StructBlockValidationError({"recording": error})
        return cleaned


class AudioBlock(RecordingBlock):
    class Meta:
        icon = "volume"
        label = _("Audio")
        description = _("A recording to listen to, with its transcript.")
        template = "courses/blocks/audio.html"

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["recording"] and not cleaned["recording"].audio:
            error = ValidationError(_("This recording has no audio file: use the video block."), code="no_audio")
            raise blocks.StructBlockValidationError({"recording": error})
        return cleaned


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
    ("video", VideoBlock()),
    ("audio", AudioBlock()),
    ("picture", PictureBlock()),
    ("document", DocumentBlock()),
    ("accordion", AccordionBlock()),
    ("glossary", GlossaryBlock()),
    ("term", TermBlock()),
    ("embed", EmbedBlock()),
    ("reflection", ReflectionBlock()),
    ("checkpoint", CheckpointBlock()),
]


def is_whole(block) -> bool:
    """Whether what the block offers has been chosen: a draft, which the CMS saves by itself, may lack it still."""
    if block.block_type in {"act_template", "document", "glossary"}:
        return block.value is not None
    part = {"picture": "picture", "video": "recording", "audio": "recording"}.get(block.block_type)
    return part is None or block.value[part] is not None


def lesson_demands(body) -> dict:
    """What the blocks of a lesson ask of the learner, as `LessonPage.demands` keeps it; every block gets its key."""
    recordings, checkpoints = {}, []
    for block in body:
        block.id = block.id or str(uuid4())
        if block.block_type in {"video", "audio"} and block.value["recording"]:
            asked = {"percent": block.value["percent"], "twin": block.value["twin_counts"]}
            recordings[str(block.value["recording"].pk)] = asked
        elif block.block_type == "checkpoint":
            checkpoints.append(block.id)
    demands = {"recordings": recordings, "checkpoints": checkpoints}
    return {name: asked for name, asked in demands.items() if asked}
