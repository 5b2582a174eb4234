"""How a certificate is worded and looks: what the editors write, and the versions frozen from it."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import PreviewableMixin

from certificates.models.register import AppendOnlyModel, Register
from courses.models import CoursePage
from lib.durations import in_words

FONTS = settings.BASE_DIR / "node_modules" / "bootstrap-italia" / "dist" / "fonts"
LOOK = Path(__file__).resolve().parent.parent / "templates" / "certificates"
PICTURE_SIZE = (600, 300)  # pixels: sharp in print at the size of a logo
LONG_NAME, LONGEST_NAME, LONG_TITLE = 40, 60, 100  # characters
MANDATORY = "obbligatoria per legge"
DAYS = ("enrolled_on", "completed_on", "issued_on", "valid_until")
VARIABLE = re.compile(r"\{(ente|corso|ore|anno|punteggio|soglia)\}")
VARIABLES = {
    "ente": "{{ snapshot.body }}{% if snapshot.area %}, area interna {{ snapshot.area }}{% endif %}",
    "corso": "{{ snapshot.title }}",
    "ore": "{{ hours }}",
    "anno": "{{ snapshot.year|stringformat:'d' }}",
    "punteggio": "{{ snapshot.score_percent }}",
    "soglia": "{{ snapshot.threshold_percent }}",
}
Kind = Register.Kind
SHIPPED = {  # heading, sentence, outcome
    Kind.COURSE: (
        "Attestato di partecipazione",
        "{ente}, ha completato il corso",
        "tutte le attività obbligatorie completate",
    ),
    Kind.RESULT: (
        "Attestato di partecipazione con profitto",
        "{ente}, ha completato il corso",
        "prova finale superata con {punteggio} su 100 (soglia {soglia})",
    ),
    Kind.WORKSHOP: ("Attestato di frequenza", "{ente}, ha frequentato il laboratorio", "frequenza richiesta raggiunta"),
    Kind.TUTORING: (
        "Dichiarazione delle ore di tutoraggio",
        "ha seguito nel {anno} gli incontri di tutoraggio elencati, per {ore} in tutto.",
        "",
    ),
    Kind.TEACHING: (
        "Dichiarazione dell’attività di tutor e docente",
        "ha tenuto nel {anno} gli incontri elencati, per {ore} in tutto.",
        "",
    ),
    Kind.YEAR: (
        "Dichiarazione delle ore di formazione",
        "ha svolto nel {anno} le attività di formazione elencate, per {ore} in tutto.",
        "",
    ),
    Kind.BOOKLET: ("Libretto formativo", "ha svolto le attività di formazione elencate, per {ore} in tutto.", ""),
}


class CertificateTemplate(PreviewableMixin, models.Model):
    """What the editors write for one kind of certificate. Saving it freezes a version; the next ones use that."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    course = models.ForeignKey(
        CoursePage,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
        help_text=_("Empty: for all courses that have no template of their own."),
    )
    heading = models.CharField(_("heading"), max_length=120)
    sentence = models.CharField(
        _("sentence after the name"),
        max_length=250,
        help_text=_("May hold {ente}, {corso}, {ore}, {anno}, {punteggio}, {soglia}."),
    )
    outcome = models.CharField(_("outcome"), max_length=200, blank=True, help_text=_("May hold the same words."))
    issuer = models.CharField(_("issuer"), max_length=150, default="ANCI Lombardia")
    programme = models.CharField(
        _("programme"),
        max_length=200,
        default="Centri di competenza per le aree interne della Lombardia, in accordo con Regione Lombardia",
    )
    place = models.CharField(_("place"), max_length=60, default="Milano")
    signatory_role = models.CharField(
        _("role of the signatory"),
        max_length=150,
        default="Per ANCI Lombardia, il coordinamento dei centri di competenza",
    )
    signatory_name = models.CharField(_("name of the signatory"), max_length=100, blank=True)
    logo = models.ForeignKey(
        "wagtailimages.Image", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("logo")
    )
    shows_funder = models.BooleanField(_("name the funder"), default=True)
    funder_emblem = models.ForeignKey(
        "wagtailimages.Image", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("emblem")
    )
    funder_wording = models.CharField(
        _("wording"), max_length=200, default="Iniziativa realizzata con il sostegno di Regione Lombardia"
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Empty: it does not expire."),
    )
    version = models.ForeignKey(
        "certificates.TemplateVersion", models.PROTECT, null=True, editable=False, related_name="+"
    )

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("course"), FieldPanel("valid_months")]),
        MultiFieldPanel([FieldPanel("heading"), FieldPanel("sentence"), FieldPanel("outcome")], heading=_("Texts")),
        MultiFieldPanel(
            [FieldPanel("issuer"), FieldPanel("programme"), FieldPanel("logo"), FieldPanel("place")],
            heading=_("Issuer"),
        ),
        MultiFieldPanel([FieldPanel("signatory_role"), FieldPanel("signatory_name")], heading=_("Signature")),
        MultiFieldPanel(
            [FieldPanel("shows_funder"), FieldPanel("funder_emblem"), FieldPanel("funder_wording")],
            heading=_("Funder"),
        ),
    ]

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(course=None),
                name="one_template_per_kind",
                violation_error_message=_("This kind already has its template."),
            ),
            models.UniqueConstraint(
                fields=["kind", "course"],
                condition=Q(course__isnull=False),
                name="one_template_per_kind_and_course",
                violation_error_message=_("This course already has its template of this kind."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.course}" if self.course else self.get_kind_display()

    @classmethod
    def shipped(cls, kind: str) -> "CertificateTemplate":
        """The wording that comes with the software, for a kind for which nobody has written one."""
        heading, sentence, outcome = SHIPPED[Kind(kind)]
        return cls(kind=kind, heading=heading, sentence=sentence, outcome=outcome)

    def composed(self) -> "TemplateVersion":
        """The version that this wording makes, not saved: every text and picture is in it."""
        name = "statement" if Kind(self.kind) in Kind.statements() else "certificate"
        html, css = _shipped_look(name)
        for token, words in self._texts().items():
            html = html.replace(f"[[{token}]]", words)
        return TemplateVersion(html=html, css=css, sha256=hashlib.sha256(f"{html}\x00{css}".encode()).hexdigest())

    def _texts(self) -> dict[str, str]:
        plain = ("heading", "sentence", "outcome", "issuer", "programme", "place", "signatory_role")
        signatory = f'<p class="signatory">{_expression(self.signatory_name)}</p>\n' if self.signatory_name else ""
        blocks = {"logo": _picture(self.logo, self.issuer), "signatory": signatory, "funder": self._funder()}
        return {name: _expression(getattr(self, name)) for name in plain} | blocks

    def _funder(self) -> str:
        if not self.shows_funder:
            return ""
        emblem = _picture(self.funder_emblem, self.funder_wording)
        return f'<div class="funder">{emblem}<p>{_expression(self.funder_wording)}</p></div>\n'

    def problems(self) -> list[str]:
        """What does not fit when the longest name, title, body and list are printed."""
        return self.composed().render(worst_case(self.kind))[1]

    def serve_preview(self, request, mode_name):
        """The worst case as a picture, with what is wrong in words: no viewer of PDF is needed for it."""
        pdf, problems = self.composed().render(worst_case(self.kind))
        pages = import_module("certificates.rendering").pictures(pdf)
        context = {"problems": problems, "pages": [f"data:image/png;base64,{b64encode(p).decode()}" for p in pages]}
        return HttpResponse(render_to_string("certificates/template_preview.html", context, request=request))


def _expression(text: str) -> str:
    """An editor's text as part of a template: only the known variables are alive, everything else is text."""
    parts = VARIABLE.split(text)
    return "".join(
        VARIABLES[part] if number % 2 else escape(part).replace("{", "&#123;").replace("%", "&#37;")
        for number, part in enumerate(parts)
    )


def _picture(image, words: str) -> str:
    """The picture itself, as data: a version never needs a file that somebody may replace."""
    if image is None:
        return ""
    out = BytesIO()
    with image.file.open("rb") as file, Picture.open(file) as picture:
        picture.thumbnail(PICTURE_SIZE)
        picture.convert("RGBA").save(out, "PNG")
    data = b64encode(out.getvalue()).decode()
    return f'<img class="logo" src="data:image/png;base64,{data}" alt="{escape(words)}">'


@cache
def _shipped_look(name: str) -> tuple[str, str]:
    return (LOOK / f"{name}_pdf.html").read_text(), (LOOK / f"{name}.css").read_text()


class TemplateVersion(AppendOnlyModel):
    """The wording and look of a certificate as they once were: a later change never touches what was promised."""

    sha256 = models.CharField(max_length=64, unique=True)  # of wording and look together
    html = models.TextField(_("wording"))
    css = models.TextField(_("look"))
    created_at = models.DateTimeField(_("in use from"))

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("version of a certificate template")
        verbose_name_plural = _("versions of certificate templates")

    def __str__(self):
        return self.sha256[:12]

    def render(self, snapshot: dict) -> tuple[bytes, list[str]]:
        """Return the PDF of a snapshot and what is wrong with it."""
        # WeasyPrint takes two seconds and 40 MB to load: only the process that prints pays, never a learner's request.
        rendering = import_module("certificates.rendering")
        lines = snapshot.get("lines", [])
        name = f"{snapshot['first_name']} {snapshot['last_name']}"
        html = self._html(snapshot, qr=rendering.qr_data_url(snapshot["address"]))
        texts = (name, snapshot["number"], snapshot["grouped_code"], snapshot["legal"], *self._expected(snapshot))
        return rendering.render(
            html,
            css=self.css,
            assets=FONTS,
            expected=rendering.Expectation(texts, snapshot["address"], pages=1 + len(lines) // 8 if lines else 1),
        )

    def _expected(self, snapshot: dict) -> list[str]:
        return [line["title"] for line in snapshot["lines"]] if snapshot.get("lines") else [snapshot["title"]]

    def _html(self, snapshot: dict, *, qr: str) -> str:
        lines = snapshot.get("lines", [])
        with translation.override("it"):
            context = {
                "snapshot": snapshot,
                "name_size": _name_size(len(snapshot["first_name"]) + len(snapshot["last_name"])),
                "title_size": "long" if len(snapshot["title"]) > LONG_TITLE else "",
                "hours": in_words(snapshot["credit_minutes"]),
                "foreseen": _words(snapshot.get("foreseen_minutes")),
                "mandatory": _words(sum(line["minutes"] for line in lines if line.get("is_mandatory"))),
                "lines": [_line(line) for line in lines],
                "qr": qr,
                **days_of(snapshot),
            }
            return _compiled(self.html).render(Context(context))


@dataclass(frozen=True)
class Line:
    title: str
    body: str
    day: date
    hours: str
    about: str  # theme of the directive, and whether a law asks for it


def _line(line: dict) -> Line:
    theme = dict(CoursePage.Theme.choices).get(line.get("theme"), "")
    about = ", ".join(str(words) for words in (theme, MANDATORY if line.get("is_mandatory") else "") if words)
    return Line(line["title"], line["body"], date.fromisoformat(line["day"]), in_words(line["minutes"]), about)


def _words(minutes: int | None) -> str:
    """ "" for nothing: the line is left out."""
    return in_words(minutes) if minutes else ""


def days_of(snapshot: dict) -> dict[str, date]:
    """The days that a snapshot names; none before the number."""
    return {name: date.fromisoformat(snapshot[name]) for name in DAYS if snapshot.get(name)}


@lru_cache(maxsize=16)
def _compiled(html: str) -> Template:
    return Template(html)


def _name_size(length: int) -> str:
    return "longest" if length > LONGEST_NAME else "long" if length > LONG_NAME else ""


def worst_case(kind: str) -> dict:
    """The longest that may come: a name of 95 characters, a title of 200, forty lines of a statement."""
    title = "Programmazione, progettazione e rendicontazione dei fondi europei nei piccoli comuni " * 3
    statement = Kind(kind) in Kind.statements()
    line = {"title": title[:120].strip(), "body": "Unione dei Comuni di prova", "day": "2026-09-30", "minutes": 155}
    line |= {"theme": CoursePage.Theme.VALUES.value, "is_mandatory": True}
    return {
        "number": "P-2026/000123",
        "code": "0" * 17,
        "grouped_code": "0000-0000-0000-0000-0",
        "first_name": "Mariafrancesca Giuseppina Alessandra Benedetta",
        "last_name": "Della Torre Pallavicino degli Angeli Visconti De",
        "title": title[:200].strip(),
        "credit_minutes": 12_345,
        "foreseen_minutes": 12_345,
        "modality": "online e in presenza",
        "body": "Comunità montana Valtellina di Sondrio e dell’Oltrepò Pavese (PV)",
        "area": "Alto Lago di Como e Valli del Lario",
        "enrolled_on": "2026-09-30",
        "completed_on": "2026-11-30",
        "issued_on": "2026-11-30",
        "valid_until": "2031-11-30",
        "issued_at": "2026-11-30T09:00:00Z",
        "year": 2026,
        "score_percent": 100,
        "threshold_percent": 100,
        "lines": [line] * 40 if statement else [],
        "legal": "Rilasciato nell’ambito dell’accordo approvato con DGR XII/448 del 12/06/2023, «capacity building e "
        "tutorship al personale delle pubbliche amministrazioni d’Area Interna».",
        "issuer": "ANCI Lombardia",
        "verification_page": f"{settings.SITE_URL}/verifica/",
        "address": f"{settings.SITE_URL}/verifica/0000-0000-0000-0000-0/",
    }
