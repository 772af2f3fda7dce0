"""Every write of notices: telling, reading, preferring, sending."""

from .outbox import forget_old, retry_delivery, send_due
from .preferences import set_preference
from .telling import mark_all_read, mark_read, notify

__all__ = [
    "forget_old",
    "mark_all_read",
    "mark_read",
    "notify",
    "retry_delivery",
    "send_due",
    "set_preference",
]
