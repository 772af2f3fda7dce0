"""Who looked at what, the seals over the history, and the answers kept for repeated requests.

Row history itself is django-pghistory's: an event table beside each tracked table.
"""

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet


class PersonalViewQuerySet(ScopedQuerySet):
    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.managed)


class PersonalView(models.Model):
    """One full view of a name or phone (domain.md, Personal data): who, whose, which field, why. Append-only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("查看人")
    )
    seen_at = models.DateTimeField(_("查看时间"), auto_now_add=True, db_index=True)
    district = models.ForeignKey("territory.District", models.PROTECT, related_name="+", verbose_name=_("区"))
    model = models.CharField(_("对象类型"), max_length=60)
    object_key = models.CharField(_("对象标识"), max_length=64)
    object_name = models.CharField(_("对象名称"), max_length=200)
    field = models.CharField(_("字段"), max_length=60)
    reason = models.CharField(_("事由"), max_length=200)
    address = models.GenericIPAddressField(_("来源地址"), null=True)

    objects = PersonalViewQuerySet.as_manager()

    class Meta:
        ordering = ("-seen_at",)
        verbose_name = verbose_name_plural = _("敏感信息查看记录")
        indexes = [models.Index(fields=("model", "object_key"))]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.object_name} {self.field}"

    @property
    def model_label(self) -> str:
        """What was looked at, in the words of the pages; the technical name when the model is gone."""
        model = self._model()
        return str(model._meta.verbose_name) if model else self.model

    @property
    def field_label(self) -> str:
        """Which field, as pages call it."""
        try:
            return str(self._model()._meta.get_field(self.field).verbose_name)
        except (AttributeError, FieldDoesNotExist):
            return self.field

    def _model(self) -> type[models.Model] | None:
        try:
            return apps.get_model(self.model)
        except (LookupError, ValueError):
            return None


class HistorySeal(models.Model):
    """A link of the hash chain over one append-only table: the digest of its rows first_id…last_id (F10).

    `columns` are those that the digest covers, so that a later migration that adds one does not break old links.
    `previous_digest` is that of the link before, whatever its table.
    """

    table = models.CharField(max_length=63)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    columns = ArrayField(models.CharField(max_length=63))
    digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("table", "first_id"), name="history_seal_once"),
            models.CheckConstraint(condition=Q(last_id__gte=F("first_id")), name="history_seal_in_order"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.first_id}–{self.last_id}"


class HistoryMark(models.Model):
    """How far a table had been written when the sealer last passed, and which transactions were open then (F11)."""

    table = models.CharField(max_length=63, unique=True)
    last_id = models.BigIntegerField()
    open_below = models.BigIntegerField(help_text="pg_snapshot_xmax at the time of the mark")

    def __str__(self) -> str:
        return f"{self.table} ≤ {self.last_id}"


class IdempotencyKey(models.Model):
    """The first answer to a POST, given again for the same key and body within 24 hours (contract.md)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    scope = models.CharField(max_length=64, default="", help_text="Fingerprint of the scope it was given to.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "path", "key"), name="idempotency_key_once")]
