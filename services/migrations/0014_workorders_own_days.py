"""A joint department may have a day of its own, and is reminded of it for itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0013_workorders_replies_and_retention"),
        ("territory", "0002_areas_and_elements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="escalation",
            name="escalation_once",
        ),
        migrations.AddField(
            model_name="demandpart",
            name="clock_started_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="另定期限自"),
        ),
        migrations.AddField(
            model_name="demandpart",
            name="next_alert_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="下次提醒"),
        ),
        migrations.AddField(
            model_name="demandpart",
            name="warn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="预警时间"),
        ),
        migrations.AddField(
            model_name="escalation",
            name="part",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="escalations",
                to="services.demandpart",
            ),
        ),
        migrations.AddIndex(
            model_name="demandpart",
            index=models.Index(
                condition=models.Q(("next_alert_at__isnull", False)),
                fields=["next_alert_at"],
                name="part_alert",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("part__isnull", True)),
                fields=("demand", "clock", "clock_started_at", "share", "audience"),
                name="escalation_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                fields=("part", "clock_started_at", "share", "audience"), name="escalation_once_a_part"
            ),
        ),
    ]
