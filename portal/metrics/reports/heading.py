"""What stands at the head of a bulletin."""

from .models import Report
from .rules import term_of


def title_of(report: Report) -> str:
    """What the bulletin is about."""
    return f"{report.district.name}{term_of(report.period).label}产业链党建工作情况"


def office_of(report: Report) -> str:
    """Who issues it."""
    return f"{report.district.name}市场监督管理局"
