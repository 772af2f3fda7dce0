from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "portal.territory"
    label = "territory"
    verbose_name = "区域"
    default_auto_field = "django.db.models.BigAutoField"
