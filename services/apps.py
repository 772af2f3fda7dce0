from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"
    label = "services"
    verbose_name = "服务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .booking import portrait, tasks  # noqa: F401 - tasks are only found at the top of an app
        from .workorders import tasks as workorder_tasks  # noqa: F401
