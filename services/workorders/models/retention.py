"""That old personal data was removed: one row for each pass, which nobody changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District


class RetentionRunQuerySet(ScopedQuerySet):
    """For the bureau, which answers for it."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.managed)


class RetentionRun(models.Model):
    """A pass over the demands of a district that ended before `ended_before`. Written once, a pass that found nothing
    too: it proves that somebody looked.

    `demands` were freed of personal data now, in `texts` texts something was masked, `files` files (`size` bytes) were
    deleted. `left`: demands that ended before that day and still hold personal data; 0 after a pass that was not cut short.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    ran_at = models.DateTimeField(_("执行时间"))
    ended_before = models.DateField(_("清理此日前办结的诉求"))
    demands = models.PositiveIntegerField(_("清理诉求"))
    texts = models.PositiveIntegerField(_("脱敏文本"))
    files = models.PositiveIntegerField(_("删除附件"))
    size = models.PositiveBigIntegerField(_("附件大小（字节）"))
    left = models.PositiveIntegerField(_("尚未清理"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("执行人")
    )

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        ordering = ("-ran_at", "-id")
        verbose_name = verbose_name_plural = _("个人信息清理记录")
        indexes = [models.Index(fields=("district", "-ran_at"), name="retention_run_recent")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
