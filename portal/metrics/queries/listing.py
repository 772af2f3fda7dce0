"""Which figures somebody sees."""

from portal.accounts.models import User

from ..policy import can_read, sees_whole_district
from ..registry import Metric, Rate, metrics


def listed_for(user: User) -> list[Metric | Rate]:
    """Every figure for the bureau and leaders; for a station those that can be told by town."""
    if not can_read(user):
        return []
    return [metric for metric in metrics() if sees_whole_district(user) or "town" in metric.dimensions]
