from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"
    label = "services"
    verbose_name = "服务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .booking import tasks  # noqa: F401 - the worker finds tasks only at the top of an app
        from .workorders import tasks as workorder_tasks  # noqa: F401
