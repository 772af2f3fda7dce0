from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"
    label = "services"
    verbose_name = "服务"
    default_auto_field = "django.db.models.BigAutoField"
