"""Shapes of the messages' REST: inputs that refuse what they do not know, outputs with masked addresses."""

from rest_framework import serializers

from portal.kit.api import StrictSerializer

from .models import Channel, Delivery, Notice, Preference
from .rules import mask_address


class NoticeRow(serializers.ModelSerializer):
    class Meta:
        model = Notice
        fields = ("id", "kind", "title", "body", "link", "created_at", "read_at")


class ReadAll(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many messages were unread.")


class PreferenceInput(StrictSerializer):
    """What is left out stays as it is."""

    by_email = serializers.BooleanField(required=False)
    by_sms = serializers.BooleanField(required=False)
    by_wecom = serializers.BooleanField(required=False)
    email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=20)
    wecom_id = serializers.RegexField(r"^[A-Za-z0-9_.@-]*$", required=False, allow_blank=True, max_length=64)


class PreferenceRow(serializers.ModelSerializer):
    class Meta:
        model = Preference
        fields = ("by_email", "by_sms", "by_wecom", "email", "phone", "wecom_id")


class DeliveryRow(serializers.ModelSerializer):
    kind = serializers.CharField(source="notice.kind")
    title = serializers.CharField(source="notice.title")
    created_at = serializers.DateTimeField(source="notice.created_at")
    channel = serializers.ChoiceField(Channel.choices)
    channel_label = serializers.CharField(source="get_channel_display")
    state = serializers.ChoiceField(Delivery.State.choices)
    state_label = serializers.CharField(source="get_state_display")
    address = serializers.SerializerMethodField(help_text="Masked.")

    class Meta:
        model = Delivery
        fields = (
            "id",
            "kind",
            "title",
            "channel",
            "channel_label",
            "address",
            "state",
            "state_label",
            "attempts",
            "next_attempt_at",
            "last_error",
            "created_at",
            "sent_at",
        )

    def get_address(self, delivery: Delivery) -> str:
        return mask_address(delivery.address)


class Page(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)


class NoticePage(Page):
    results = NoticeRow(many=True)


class DeliveryPage(Page):
    results = DeliveryRow(many=True)
