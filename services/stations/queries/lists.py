"""The element list of a town (一揽子产业要素服务清单)."""

from django.db.models import QuerySet

from portal.territory.models import Town

from ..models import ElementListEntry


def element_list(user, town: Town) -> QuerySet[ElementListEntry]:
    """A town's lines in the order of the elements, with their element."""
    return (
        ElementListEntry.objects.visible_to(user)
        .filter(town=town)
        .select_related("element", "town")
        .order_by("element__position", "element__code", "position", "pk")
    )
