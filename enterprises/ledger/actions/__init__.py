"""Every write of the ledgers: one function per thing that a person does, keyword-only, in one transaction.

Credit:  grant_credit, change_credit(version, changes), cancel_credit(version, reason)
Pledges: register_pledge, change_pledge(version, changes), cancel_pledge(version, reason)
Deals:   report_deal, confirm, dispute(reason), correct(version, changes), resolve(reason), verify, cancel(reason),
         attach(upload); all but the first take deal, by and optionally version
Chains:  reassess(enterprises=ids), reassess_stale(district) → how many deals changed
Board:   post, change_posting(version, changes), close_posting(version)
"""

from .board import change_posting, close_posting, post
from .chains import reassess, reassess_stale
from .credit import cancel_credit, change_credit, grant_credit
from .deals import report_deal
from .files import attach
from .moves import cancel, confirm, correct, dispute, resolve, verify
from .pledges import cancel_pledge, change_pledge, register_pledge

__all__ = [
    "attach",
    "cancel",
    "cancel_credit",
    "cancel_pledge",
    "change_credit",
    "change_pledge",
    "change_posting",
    "close_posting",
    "confirm",
    "correct",
    "dispute",
    "grant_credit",
    "post",
    "reassess",
    "reassess_stale",
    "register_pledge",
    "report_deal",
    "resolve",
    "verify",
]
