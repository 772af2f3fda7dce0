"""Every write of co-building: agreements with their parties, and the member enterprises of alliances."""

from .agreements import change_agreement, end_agreement, renew_agreement, sign_agreement
from .members import join_alliance, leave_alliance
from .parties import add_party, withdraw_party

__all__ = [
    "add_party",
    "change_agreement",
    "end_agreement",
    "join_alliance",
    "leave_alliance",
    "renew_agreement",
    "sign_agreement",
    "withdraw_party",
]
