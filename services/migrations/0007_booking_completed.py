from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0006_courses")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", False)),
                fields=["completed_at"],
                name="booking_completed",
            ),
        ),
    ]
