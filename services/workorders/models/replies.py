"""What people write again and again (常用语): a district's own texts for each move that asks for one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ReferenceQuerySet
from portal.territory.models import District

from ..rules.replies import REPLIED


class CannedReply(models.Model):
    """A text that a move may begin with. Who makes the move changes it before it goes out."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    move = models.CharField(_("用于"), max_length=20)
    title = models.CharField(_("名称"), max_length=40)
    text = models.CharField(_("内容"), max_length=300)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("move", "position", "id")
        verbose_name = verbose_name_plural = _("常用语")
        constraints = [
            models.UniqueConstraint(fields=("district", "move", "title"), name="canned_reply_once"),
            models.CheckConstraint(condition=Q(move__in=sorted(REPLIED)), name="canned_reply_move_known"),
        ]

    def __str__(self) -> str:
        return self.title
