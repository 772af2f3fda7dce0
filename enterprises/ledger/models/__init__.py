"""The ledgers: banks with credit grants and pledges, procurement deals, offers and needs."""

from .board import Posting
from .credit import Bank, CreditGrant, PledgeRegistration
from .deals import DealAttachment, DealChain, DealStep, ProcurementDeal

__all__ = [
    "Bank",
    "CreditGrant",
    "DealAttachment",
    "DealChain",
    "DealStep",
    "PledgeRegistration",
    "Posting",
    "ProcurementDeal",
]
