"""Yearly figures of an enterprise."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Invalid

from .. import rules
from ..models import AnnualFigure, Enterprise


@transaction.atomic
def record_figure(
    *,
    enterprise: Enterprise,
    by: User,
    year: int,
    employees: int | None = None,
    revenue: Decimal | None = None,
) -> AnnualFigure:
    """What the enterprise reported for a year is recorded, or corrected. `revenue` in yuan.

    What is not given stays as it was. Raises Invalid with a sentence per field.
    """
    if not rules.can_edit(by, enterprise):
        raise PermissionDenied(_("您可以查看这家企业，但不能修改。"))
    problems = rules.figure_problems(
        year=year, employees=employees, revenue=revenue, today=timezone.localdate()
    )
    if problems:
        raise Invalid(problems)
    given = {name: v for name, v in {"employees": employees, "revenue": revenue}.items() if v is not None}
    return AnnualFigure.objects.update_or_create(enterprise=enterprise, year=year, defaults=given)[0]
