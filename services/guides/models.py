"""Work guides (工作指引): documents that say how the work is done, in sections, with their papers."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.attachments import Attachment
from portal.territory.models import District

from ..stations.models import CODE_PATTERN, PublicQuerySet

__all__ = ["GuideAttachment", "WorkGuide"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class WorkGuide(models.Model):
    """A guide in force from `issued_on` until the day before `abolished_on`.

    `number` is the document's own (文号). `body` is running text; a line that begins with “# ” is a section's heading.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="work_guides", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    number = models.CharField(_("文号"), max_length=60)
    issuer = models.CharField(_("发布单位"), max_length=80)
    issued_on = models.DateField(_("发布日期"))
    summary = models.CharField(_("摘要"), max_length=200, blank=True)
    body = models.TextField(_("正文"), max_length=20_000, blank=True)
    abolished_on = models.DateField(_("废止日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_on", "code")
        verbose_name = verbose_name_plural = _("工作指引")
        constraints = [
            models.UniqueConstraint(fields=("district", "number"), name="guide_number_once_a_district"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="guide_code_plain"),
            models.CheckConstraint(
                condition=Q(abolished_on=None) | Q(abolished_on__gte=F("issued_on")),
                name="guide_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GuideAttachment(Attachment):
    """A paper of a guide: the document as it was issued, forms. As public as the guide."""

    guide = models.ForeignKey(
        WorkGuide, models.CASCADE, related_name="attachments", verbose_name=_("工作指引")
    )

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("uploaded_at", "id")
        verbose_name = verbose_name_plural = _("工作指引附件")
