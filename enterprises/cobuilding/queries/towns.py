"""The towns that a user's filter offers."""

from django.db.models import QuerySet

from portal.territory.models import Town


def towns_seen(user) -> QuerySet[Town]:
    """Those of the user's districts, or a station's own."""
    scope, towns = user.scope, Town.objects.filter(closed_on=None)
    if not scope.is_admin:
        towns = towns.filter(district__in=scope.districts) | towns.filter(pk__in=scope.towns)
    return towns.order_by("position", "code")
