"""REST of the industry map. `managed_district` is for other features of this package that open rows of a district."""

from .access import managed_district

__all__ = ["managed_district"]
