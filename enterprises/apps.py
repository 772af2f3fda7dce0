from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    label = "enterprises"
    verbose_name = "企业"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .coverage import tasks  # noqa: F401 - registers the job handlers
        from .ledger import portrait  # noqa: F401 - the portrait's panel, and deals that follow their chains
        from .ledger import tasks as ledger_tasks  # noqa: F401 - the worker finds tasks only at the top of an app
        from .organizations import actions  # noqa: F401 - profiles follow a renamed organisation
