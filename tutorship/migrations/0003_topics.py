"""The topics and the kinds of appointment that the service starts with; people may change all of them."""

from django.db import migrations

TOPICS = [
    ("appalti", "Appalti e affidamenti", "Affidamenti diretti, gare, RUP, qualificazione, convenzioni con centrali."),
    ("rendicontazione-pnrr", "Rendicontazione PNRR", "ReGiS, spese ammissibili, milestone e target, controlli."),
    ("progetti-europei", "Progetti europei", "Bandi, partenariati, quadro logico, budget, Interreg e fondi diretti."),
    ("servizi-digitali", "Servizi digitali", "PagoPA, app IO, ANPR, SPID e CIE, cloud, accessibilità dei siti."),
    ("gestione-associata", "Gestione associata", "Convenzioni, unioni, comunità montane, funzioni fondamentali."),
    ("personale", "Personale", "Assunzioni, fabbisogni, PIAO, lavoro condiviso fra più enti."),
    ("contabilita", "Contabilità e bilancio", "Bilancio armonizzato, variazioni, DUP, fondi vincolati, rendiconto."),
    (
        "pianificazione",
        "Pianificazione del territorio",
        "PGT, varianti, rigenerazione, paesaggio, rischio idrogeologico.",
    ),
    ("welfare", "Welfare di comunità", "Coprogettazione, piano di zona, servizi per anziani e famiglie."),
]
SERVICES = [  # slug, name, modality, length, step, notice, cancel, horizon, seats
    ("colloquio-video", "Colloquio in video", "online", 60, 60, 24, 24, 28, 1),
    ("domanda-breve", "Domanda breve in video", "online", 30, 30, 4, 4, 14, 1),
    ("incontro-municipio", "Incontro in municipio", "town_hall", 120, 60, 72, 48, 42, 1),
    ("incontro-gruppo", "Incontro di gruppo in video", "online", 90, 30, 24, 24, 28, 6),
]
FIELDS = [
    "name",
    "modality",
    "length_minutes",
    "step_minutes",
    "notice_hours",
    "cancel_hours",
    "horizon_days",
    "capacity",
]


def load(apps, schema_editor):
    topic, service = apps.get_model("tutorship", "Topic"), apps.get_model("tutorship", "Service")
    for number, (slug, name, description) in enumerate(TOPICS, 1):
        topic.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": description, "sort_order": number}
        )
    for number, (slug, *values) in enumerate(SERVICES, 1):
        service.objects.get_or_create(
            slug=slug, defaults={**dict(zip(FIELDS, values, strict=True)), "sort_order": number}
        )


class Migration(migrations.Migration):
    dependencies = [("tutorship", "0002_guards")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
