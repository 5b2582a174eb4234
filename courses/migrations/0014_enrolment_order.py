from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_edition_days")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment", index=models.Index(fields=["enrolled_at", "id"], name="enrolments_by_day")
        )
    ]
