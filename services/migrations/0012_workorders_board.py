"""The board counts by indexes alone, under each of its filters: they carry all that it groups and narrows by."""

from django.db import migrations, models

OPEN = models.Q(status__in=("submitted", "accepted", "dispatched", "in_progress", "joint", "reopened"))
CARRIED = ("status", "town", "lead", "element", "chain", "enterprise", "kind", "urgency", "source")


class Migration(migrations.Migration):
    dependencies = [("services", "0011_workorders_figures")]

    operations = [
        migrations.RemoveIndex(model_name="demand", name="demand_open_by_deadline"),
        migrations.AddIndex(
            model_name="demand",
            index=models.Index(
                fields=["district", "due_at", "id"], include=(*CARRIED, "warn_at", "waiting_since", "title"),
                condition=OPEN, name="demand_open_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="demand",
            index=models.Index(
                fields=["district"], include=("id", *CARRIED), condition=models.Q(status__in=("resolved", "verified")),
                name="demand_checked",
            ),
        ),
    ]  # fmt: skip
