"""What the inputs of stations and institutions hold, and the field that names a service item."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.kit.api import StrictSerializer

from ...kept.fields import ByCode, Text
from ..models import ServiceItem


def item_field(**kwargs) -> ByCode:
    return ByCode(queryset=ServiceItem.objects.all(), label_of=_("服务事项"), **kwargs)


class HoursInput(StrictSerializer):
    """Open on a weekday (0 = Monday) between two times."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    opens_at = serializers.TimeField()
    closes_at = serializers.TimeField()


class OfferInput(StrictSerializer):
    item = item_field()
    note = Text(max_length=200, required=False, allow_blank=True, default="")
