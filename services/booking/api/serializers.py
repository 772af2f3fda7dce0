"""What goes in and what comes out; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from enterprises.registry.api.fields import ByCode, CodeField
from portal.kit.api import StrictSerializer

from ...stations.models import Institution, ServiceItem, ServiceMode, ServiceStation, StationMember
from ..actions.sessions import MOST_PLACES
from ..models import Booking


class SessionRow(serializers.Serializer):
    """A session. `booked` counts bookings and places on offer; `waiting` who is in line."""

    id = serializers.IntegerField()
    station = serializers.CharField()
    station_name = serializers.CharField()
    item = serializers.CharField()
    item_name = serializers.CharField()
    institution = serializers.CharField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    capacity = serializers.IntegerField()
    booked = serializers.IntegerField()
    free = serializers.IntegerField()
    waiting = serializers.IntegerField()
    closed = serializers.BooleanField()
    closed_reason = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()


class SessionPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SessionRow(many=True)
    count = serializers.IntegerField(required=False)


class _SessionBase(StrictSerializer):
    station = ByCode(queryset=ServiceStation.objects.all())
    item = ByCode(queryset=ServiceItem.objects.all())
    institution = ByCode(queryset=Institution.objects.all(), required=False, allow_null=True)
    member = ByCode(queryset=StationMember.objects.all(), required=False, allow_null=True)
    capacity = serializers.IntegerField(min_value=1, max_value=MOST_PLACES)


class SessionInput(_SessionBase):
    """A single session."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class PatternInput(_SessionBase):
    """A weekly pattern: `weekday` 0 (Monday) to 6, times of day; its sessions are made ahead at once."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    starts_at = serializers.TimeField()
    ends_at = serializers.TimeField()
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_to = serializers.DateField(required=False, allow_null=True)


class PatternAnswer(serializers.Serializer):
    pattern = serializers.IntegerField()
    made = serializers.IntegerField(help_text="How many sessions it made ahead.")


class SessionChange(StrictSerializer):
    version = serializers.IntegerField()
    capacity = serializers.IntegerField(min_value=1, max_value=MOST_PLACES)


class BookingInput(StrictSerializer):
    """`session` for one booking, or `sessions` for a bundle: all are booked or none. Staff name the `enterprise`."""

    session = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    sessions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        min_length=1,
        max_length=10,
    )
    enterprise = serializers.CharField(required=False, allow_blank=True, max_length=40, help_text="USCC")
    mode = CodeField(choices=ServiceMode.choices, default=ServiceMode.ONSITE)
    subject = serializers.CharField(max_length=120)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    contact_name = serializers.CharField(max_length=40)
    contact_phone = serializers.CharField(max_length=30)
    join_waiting_list = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict) -> dict:
        if ("session" in attrs) == ("sessions" in attrs):
            raise serializers.ValidationError({"session": _("请填写 session，或用 sessions 一次预约多项。")})
        return attrs


class BookingAccepted(serializers.Serializer):
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Booking.Status.choices)
    status_label = serializers.CharField()
    check_in_code = serializers.CharField()
    session = serializers.IntegerField()
    station = serializers.CharField()
    station_name = serializers.CharField()
    item = serializers.CharField()
    item_name = serializers.CharField()
    enterprise = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=ServiceMode.choices)
    version = serializers.IntegerField()
    bundle = serializers.IntegerField(
        required=False, help_text="Of a bundle: the request that the legs share."
    )


class BookingRow(serializers.Serializer):
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Booking.Status.choices)
    status_label = serializers.CharField()
    session = serializers.IntegerField()
    station = serializers.CharField()
    station_name = serializers.CharField()
    item = serializers.CharField()
    item_name = serializers.CharField()
    institution = serializers.CharField(allow_null=True)
    enterprise = serializers.CharField()
    enterprise_name = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=ServiceMode.choices)
    mode_label = serializers.CharField()
    subject = serializers.CharField()
    ticket = serializers.CharField(allow_blank=True)
    contact_name = serializers.CharField(required=False, help_text="Masked; absent for leaders.")
    contact_phone = serializers.CharField(required=False, help_text="Masked; absent for leaders.")
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class BookingPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BookingRow(many=True)
    count = serializers.IntegerField(required=False)


class StepRow(serializers.Serializer):
    move = serializers.CharField()
    label = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class HeldPlaceRow(serializers.Serializer):
    session = serializers.IntegerField()
    station = serializers.CharField()
    starts_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class RatingRow(serializers.Serializer):
    score = serializers.IntegerField()
    comment = serializers.CharField(allow_blank=True)


class BookingDetail(BookingRow):
    check_in_code = serializers.CharField(required=False, help_text="For the enterprise and the desk.")
    note = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True)
    is_walk_in = serializers.BooleanField()
    eligibility_version = serializers.IntegerField()
    bundle = serializers.IntegerField(allow_null=True)
    queue_position = serializers.IntegerField(allow_null=True, help_text="Place on the waiting list, from 1.")
    offer = HeldPlaceRow(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    checked_in_at = serializers.DateTimeField(allow_null=True)
    called_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    rating = RatingRow(allow_null=True)
    moves = serializers.ListField(
        child=serializers.CharField(), help_text="The moves open to the reader now."
    )
    timeline = StepRow(many=True)


class MoveInput(StrictSerializer):
    """A move without more. `version`: refuse (409) when the booking has changed since it was read."""

    version = serializers.IntegerField(required=False)


class ReasonInput(MoveInput):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class RescheduleInput(MoveInput):
    session = serializers.IntegerField(min_value=1, max_value=2**62)


class CheckInInput(MoveInput):
    code = serializers.CharField(max_length=20)


class CompleteInput(MoveInput):
    result = serializers.CharField(max_length=500)


class RateInput(MoveInput):
    score = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class AnyMoveInput(serializers.Serializer):
    """What the moves take, each only its own: see the list of moves."""

    version = serializers.IntegerField(required=False)
    reason = serializers.CharField(required=False, help_text="cancel, decline")
    session = serializers.IntegerField(required=False, help_text="reschedule")
    code = serializers.CharField(required=False, help_text="check_in")
    result = serializers.CharField(required=False, help_text="complete")
    score = serializers.IntegerField(required=False, help_text="rate, 1–5")
    comment = serializers.CharField(required=False, help_text="rate")


class BookingPersonalInput(StrictSerializer):
    field = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=200)


class BookingPersonalAnswer(serializers.Serializer):
    field = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
