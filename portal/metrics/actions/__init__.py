"""Every write of the figures: the keys of what is out of date."""

from .dirty import mark_dirty

__all__ = ["mark_dirty"]
