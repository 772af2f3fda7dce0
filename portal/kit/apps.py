from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "portal.kit"
    label = "kit"
    verbose_name = "基础"
    default_auto_field = "django.db.models.BigAutoField"
