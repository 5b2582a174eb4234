from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_erasure")]

    operations = [
        migrations.AddIndex(
            model_name="certificate", index=models.Index(fields=["issued_at", "id"], name="certificates_by_day")
        ),
        migrations.AddIndex(
            model_name="trainingrecord", index=models.Index(fields=["earned_on", "id"], name="training_records_by_day")
        ),
    ]
