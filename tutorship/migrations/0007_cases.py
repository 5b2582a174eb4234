"""Cases: the person's problem over several sessions, with its thread and files. What is booked becomes a case each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tutorship.models.case


def put_bookings_into_cases(apps, schema_editor):
    Booking, Case = (apps.get_model("tutorship", name) for name in ("Booking", "Case"))
    for booking in Booking.objects.filter(cancelled_at=None).select_related("session"):
        closed_at = booking.session.closed_at
        booking.case = Case.objects.create(
            learner_id=booking.learner_id,
            body_id=booking.body_id,
            area_id=booking.session.area_id,
            topic_id=booking.session.topic_id,
            tutor_id=booking.session.tutor_id,
            opened_at=booking.booked_at,
            state="closed" if closed_at else "open",
            ending="solved" if closed_at else "",
            closed_at=closed_at,
        )
        booking.save(update_fields=["case"])


class Migration(migrations.Migration):
    dependencies = [
        ("territory", "0002_body_proposal"),
        ("tutorship", "0006_outcomes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("escalated", "with the coordinators"), ("closed", "closed")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "solved"),
                            ("elsewhere", "passed on to another office"),
                            ("dropped", "no longer needed"),
                        ],
                        max_length=10,
                        verbose_name="how it ended",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="territory.area",
                        verbose_name="inner area",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="territory.publicbody",
                        verbose_name="body",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="tutorship.topic",
                        verbose_name="topic",
                    ),
                ),
                (
                    "tutor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases_as_tutor",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tutor",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="tutorship.case",
                verbose_name="case",
            ),
        ),
        migrations.RunPython(put_bookings_into_cases, migrations.RunPython.noop),
        migrations.CreateModel(
            name="CaseMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, verbose_name="message")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=tutorship.models.case.private_storage,
                        upload_to="cases/",
                        verbose_name="file",
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=120, verbose_name="name of the file")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="tutorship.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["written_at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["area", "state"], name="tutorship_c_area_id_8fb63b_idx"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["tutor", "state"], name="tutorship_c_tutor_i_554d01_idx"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False), ("state", "closed"), models.Q(("ending", ""), _negated=True)
                    ),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None), ("ending", "")),
                    _connector="OR",
                ),
                name="closed_case_has_an_ending",
            ),
        ),
        migrations.AddConstraint(
            model_name="casemessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True), models.Q(("file", ""), _negated=True), _connector="OR"
                ),
                name="message_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="casemessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file", ""), ("file_name", "")),
                    models.Q(models.Q(("file", ""), _negated=True), models.Q(("file_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="file_has_a_name",
            ),
        ),
    ]
