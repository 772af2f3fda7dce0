"""Links by which an enterprise answers or judges without a sign-in: signed, for 14 days, for one purpose and one occasion.

The link opens nothing but the one form, and only while what it was sent for is still asked: after the answer, the
judgement or another question it only says so. A link that was sent to somebody's account ends with the account's place
in the enterprise; the one in the text message to the contact belongs to that phone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner, b62_encode
from django.urls import reverse

from portal.accounts.models import Membership
from portal.accounts.scope import Role

from .models import Demand
from .rules import states

SIGNER = TimestampSigner(salt="services.workorders.links")
LASTS = timedelta(days=14)
ANSWER, VERIFY = "answer", "verify"
PURPOSES = {"ask": ANSWER, "resolve": VERIFY}
"""The event of a demand that asks something of the enterprise → the move that the link makes."""
CONTACT = 0  # the holder of a link that went to the contact's phone


class Expired(Exception):
    """The link was good once."""


@dataclass(frozen=True)
class Link:
    """`occasion`: which question or which result it was sent for. `holder`: the user's id, or CONTACT."""

    number: str
    move: str
    occasion: str
    holder: str

    def is_asked(self, demand: Demand) -> bool:
        """Whether what the link was sent for still waits for a word of the enterprise."""
        asked = asked_since(demand, self.move)
        return asked is not None and _occasion(asked) == self.occasion

    def is_held(self, demand: Demand) -> bool:
        """Whether the holder still acts for the enterprise. One query for an account's link, none for the contact's."""
        if self.holder == b62_encode(CONTACT):
            return True
        own = Membership.objects.filter(
            role=Role.ENTERPRISE,
            enterprise=demand.enterprise.uscc if demand.enterprise else "",
            user__is_active=True,
        )
        return self.holder in map(b62_encode, own.values_list("user", flat=True))


def asked_since(demand: Demand, move: str) -> datetime | None:
    """Since when the enterprise is asked for this move; None when it is not."""
    if move == VERIFY:
        return demand.resolved_at if demand.status == states.RESOLVED else None
    return demand.waiting_since


def link_to(demand: Demand, event: str, holder: int) -> str:
    """The whole address for a message; empty for an event that asks nothing, for what is no longer asked, and where the
    portal's address is not set."""
    move = PURPOSES.get(event)
    asked = asked_since(demand, move) if move else None
    if asked is None or not settings.PORTAL_URL:
        return ""
    token = SIGNER.sign(".".join((demand.number, move, _occasion(asked), b62_encode(holder))))
    return settings.PORTAL_URL + reverse("demand-by-link", args=[token])


def read(token: str) -> Link:
    """What a link says. Raises Expired, and LookupError for what no link of ours is, without asking the database."""
    try:
        parts = SIGNER.unsign(token, max_age=LASTS).split(".")
    except SignatureExpired as error:
        raise Expired from error
    except BadSignature as error:
        raise LookupError from error
    if len(parts) != 4 or parts[1] not in PURPOSES.values():
        raise LookupError
    return Link(*parts)


def _occasion(asked: datetime) -> str:
    return b62_encode(int(asked.timestamp() * 1_000_000))
