"""Messages to people: a notice is what is told, a delivery is one way of telling it. Rows are the outbox (F1–F5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.encryption import EncryptedTextField
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District


class Channel(models.TextChoices):
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信")


class NoticeQuerySet(ScopedQuerySet):
    """A notice is its recipient's own."""

    def scope_filter(self, scope) -> Q:
        return Q(recipient_id=scope.user_id)


class Notice(models.Model):
    """One message, shown in the recipient's inbox. Without a recipient it goes to an outside address only.

    `key` makes it once: writing the same key again adds nothing (a reminder is never sent twice).
    """

    key = models.CharField(max_length=120, unique=True, editable=False)
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+", verbose_name=_("区"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="notices", verbose_name=_("收件人")
    )
    kind = models.CharField(_("种类"), max_length=40)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("内容"), max_length=2000)
    link = models.CharField(_("链接"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = verbose_name_plural = _("消息")
        indexes = [
            models.Index(fields=("recipient", "-created_at", "-id"), name="notice_inbox"),
            models.Index(fields=("recipient",), condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryQuerySet(ScopedQuerySet):
    """What could not be delivered is looked after by the district's staff."""

    def scope_filter(self, scope) -> Q:
        return Q(notice__district_id__in=scope.managed)


class Delivery(models.Model):
    """One notice on its way through one channel. `id` is the message's id at the gateway: a repeat is recognised."""

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("消息"))
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel)
    address = EncryptedTextField(_("地址"), context="notices.Delivery.address")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试"), auto_now_add=True)
    last_error = models.CharField(_("最近错误"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-next_attempt_at",)
        verbose_name = verbose_name_plural = _("发送记录")
        constraints = [
            models.UniqueConstraint(fields=("notice", "channel"), name="delivery_once_a_channel"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
                name="delivery_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=("channel", "next_attempt_at"), condition=Q(state="queued"), name="delivery_next"
            ),
            models.Index(
                fields=("-next_attempt_at", "-id"), condition=~Q(state="sent"), name="delivery_undelivered"
            ),
        ]


class PreferenceQuerySet(ScopedQuerySet):
    def scope_filter(self, scope) -> Q:
        return Q(user_id=scope.user_id)


class Preference(models.Model):
    """How a person wants to be told, besides the inbox. No row: by e-mail when there is an address."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference", verbose_name=_("用户")
    )
    by_email = models.BooleanField(_("电子邮件"), default=True)
    by_sms = models.BooleanField(_("短信"), default=False)
    by_wecom = models.BooleanField(_("企业微信"), default=False)
    email = EncryptedTextField(_("电子邮箱"), context="notices.Preference.email")
    phone = EncryptedTextField(_("手机号码"), context="notices.Preference.phone")
    wecom_id = models.CharField(_("企业微信账号"), max_length=64, blank=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("消息偏好")
