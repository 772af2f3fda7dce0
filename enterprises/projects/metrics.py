"""The figures of integration projects as declarations: finished, who took part, what patents came of them."""

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, register, show_rows

from .models import IntegrationProject

PLACE = {"date": "finished_on", "town": "town", "chain": "chain", "touched_by": ("integration_project",)}

show_rows(
    IntegrationProject,
    Column("title", _("项目名称"), "title"),
    Column("number", _("编号"), "number"),
    Column("direction", _("创新方向"), "direction", IntegrationProject.Direction.choices),
    Column("enterprise", _("牵头企业"), "enterprise__name"),
    Column("organization", _("牵头党组织"), "organization__name"),
    Column("finished_on", _("完成日期"), "finished_on"),
    page=("project", "number"),
)


def _finished() -> QuerySet:
    return IntegrationProject.objects.filter(status=IntegrationProject.Status.FINISHED)


register(
    Flow(
        code="integration_projects", name=_("深度融合项目"), unit=_("项"), rows=_finished,
        definition=_("完成日期在统计期内的党建创新与科技创新深度融合项目，不含实施中和已终止的，按项目所在街镇和产业链计。"), **PLACE,
    ),
    Flow(
        code="integration_participants", name=_("融合项目参与党员"), unit=_("人次"), rows=_finished,
        value=Coalesce(Sum("participants"), 0), each="participants",
        definition=_("完成日期在统计期内的深度融合项目的参与党员人次之和。"), **PLACE,
    ),
    Flow(
        code="integration_patents", name=_("融合项目专利成果"), unit=_("项"), rows=_finished,
        value=Coalesce(Sum("patents"), 0), each="patents",
        definition=_("完成日期在统计期内的深度融合项目形成的专利项数之和。"), **PLACE,
    ),
)  # fmt: skip
