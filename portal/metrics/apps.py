from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "portal.metrics"
    label = "metrics"
    verbose_name = "指标"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .boards import metrics  # noqa: F401 - the only figure of the portal's own rows
        from .registry import discover
        from .reports import tasks  # noqa: F401 - registers the job handler

        discover()
