import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0007_booking_completed")]

    operations = [
        # Messages that wait just now belong to bookings which the first count of the figures finds by itself.
        migrations.AddField(
            model_name="pendingmessage",
            name="counts_on",
            field=models.DateField(default=django.utils.timezone.localdate, verbose_name="场次日期"),
            preserve_default=False,
        ),
    ]
