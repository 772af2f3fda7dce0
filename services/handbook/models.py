"""《质惠手册》: questions and answers, linked to items, institutions and stations."""

from typing import Self

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ReferenceQuerySet
from portal.kit.search import TextGrams
from portal.territory.models import ServiceElement

from ..stations.models import Institution, ServiceItem, ServiceStation

__all__ = ["HandbookEntry"]


class HandbookQuerySet(ReferenceQuerySet):
    """Published entries are public; drafts are read by the bureau that writes them."""

    def visible_to(self, user) -> Self:
        scope = getattr(user, "scope", None)
        return self.all() if scope is not None and scope.is_bureau else self.filter(is_published=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class HandbookEntry(models.Model):
    """A question with its answer. `search_text` is question, keywords and answer together, for the n-gram index."""

    code = models.CharField(_("编号"), max_length=32, unique=True)
    question = models.CharField(_("问题"), max_length=120)
    answer = models.TextField(_("解答"), max_length=4000)
    keywords = models.CharField(_("关键词"), max_length=200, blank=True)
    search_text = models.TextField(editable=False, default="")
    items = models.ManyToManyField(
        ServiceItem, blank=True, related_name="questions", verbose_name=_("服务事项")
    )
    institutions = models.ManyToManyField(
        Institution, blank=True, related_name="questions", verbose_name=_("技术机构")
    )
    stations = models.ManyToManyField(
        ServiceStation, blank=True, related_name="questions", verbose_name=_("服务站")
    )
    element = models.ForeignKey(
        ServiceElement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("要素"),
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_published = models.BooleanField(_("已发布"), default=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = HandbookQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("质惠手册")
        indexes = [GinIndex(TextGrams(F("search_text")), name="handbook_grams")]

    def __str__(self) -> str:
        return self.question
