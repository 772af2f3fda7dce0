"""The figures of visits as declarations.

A subject counts from its first visit on: a stock, so that the figure is how many were ever visited, each once, in the
town and on the chain of that first visit.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, Stock, register, show_rows
from services.workorders.models import Demand

from .models import Visit
from .queries.visits import firsts

PLACES = {"town": "town", "chain": "chain", "district": "district", "touched_by": ("visit",)}


def _visits() -> QuerySet:
    return Visit.objects.all()


def _enterprises() -> QuerySet:
    return firsts("enterprise")


def _projects() -> QuerySet:
    return firsts("project")


def _findings() -> QuerySet:
    return Demand.objects.filter(visit__isnull=False)


register(
    Flow(code="visits", name=_("走访次数"), unit=_("次"), rows=_visits, date="visited_on",
         definition=_("走访日期在期内的走访记录数，企业和项目都计。"), **PLACES),
    Stock(code="enterprises_visited", name=_("走访企业"), unit=_("家"), rows=_enterprises, began="visited_on",
          definition=_("自有记录以来至少走访过一次的企业数，每家只计一次，自首次走访之日起计入当时的街镇和产业链。"), **PLACES),
    Stock(code="projects_visited", name=_("走访项目"), unit=_("个"), rows=_projects, began="visited_on",
          definition=_("自有记录以来至少走访过一次的重点项目数，每个只计一次，自首次走访之日起计入。"), **PLACES),
    Flow(code="visit_findings", name=_("走访发现问题"), unit=_("个"), rows=_findings, date="visit__visited_on",
         definition=_("期内走访中发现并转为诉求的问题数，不论是否已解决。"), **PLACES),
)  # fmt: skip
show_rows(
    Visit,
    Column("number", _("编号"), "number"),
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("project", _("项目"), "project__name"),
    Column("town", _("街镇"), "town__short_name"),
    Column("method", _("走访方式"), "method", Visit.Method.choices),
    Column("visited_on", _("走访日期"), "visited_on"),
    page=("visit", "number"),
)
