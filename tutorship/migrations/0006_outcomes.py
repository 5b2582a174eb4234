"""How a session ended, as one of a few kinds; what follows as tasks; private notes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def sort_out(apps, schema_editor):
    """Give what was written before a kind, and keep its next steps as the end of the summary."""
    for outcome in apps.get_model("tutorship", "Outcome").objects.all():
        if outcome.follow_up:
            outcome.kind = "follow_up"
            outcome.summary = f"{outcome.summary}\n\nProssimi passi: {outcome.follow_up}".strip()
        if outcome.needs_course_id:
            outcome.kind = "needs_course"
        if outcome.minutes == 0:
            outcome.kind = "no_show"
        outcome.save()


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0001_initial"),
        ("tutorship", "0005_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=250, verbose_name="what is to be done")),
                ("due_on", models.DateField(verbose_name="until")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "ordering": ["due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PrivateNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="private note")),
            ],
            options={
                "verbose_name": "private note",
                "verbose_name_plural": "private notes",
            },
        ),
        migrations.AddField(
            model_name="outcome",
            name="corrected_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="corrected"),
        ),
        migrations.AddField(
            model_name="outcome",
            name="kind",
            field=models.CharField(
                choices=[
                    ("solved", "Solved"),
                    ("follow_up", "To be continued"),
                    ("needs_course", "A course is needed"),
                    ("escalated", "Passed on to the coordinators"),
                    ("no_show", "Nobody came"),
                ],
                default="solved",
                max_length=12,
                verbose_name="how it ended",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(sort_out, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="outcome",
            name="follow_up",
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "no_show"), ("minutes", 0)),
                    models.Q(("kind", "no_show"), _negated=True),
                    _connector="OR",
                ),
                name="minutes_unless_nobody_came",
            ),
        ),
        migrations.AddField(
            model_name="followuptask",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_up_tasks",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who does it",
            ),
        ),
        migrations.AddField(
            model_name="followuptask",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="tutorship.session"
            ),
        ),
        migrations.AddField(
            model_name="privatenote",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="privatenote",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="tutorship.session"
            ),
        ),
        migrations.AddIndex(
            model_name="followuptask",
            index=models.Index(fields=["owner", "due_on"], name="tutorship_f_owner_i_d1b739_idx"),
        ),
        migrations.AddConstraint(
            model_name="privatenote",
            constraint=models.UniqueConstraint(fields=("session", "author"), name="one_note_per_author"),
        ),
    ]
