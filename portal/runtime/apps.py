from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "portal.runtime"
    label = "runtime"
    verbose_name = "运行"
    default_auto_field = "django.db.models.BigAutoField"
