"""Every read of the figures; each starts from what its user may see (`area_of(user)`, rows at `visible_to`)."""

from ..places import Area, area_of
from .cells import ever_counted
from .figures import Figure, figures, shown, written
from .series import Point, Series, series

__all__ = [
    "Area",
    "Figure",
    "Point",
    "Series",
    "area_of",
    "ever_counted",
    "figures",
    "series",
    "shown",
    "written",
]
