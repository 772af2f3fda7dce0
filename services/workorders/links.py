"""Links by which the contact of a demand answers or judges without a sign-in: signed, for 14 days, for one purpose.

The link opens nothing but the one form, and only while it is asked for: once answered or judged, it only says so.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

SIGNER = TimestampSigner(salt="services.workorders.links")
LASTS = timedelta(days=14)
ANSWER, VERIFY = "answer", "verify"
PURPOSES = {"ask": ANSWER, "resolve": VERIFY}
"""The event of a demand that asks something of the enterprise → the move that the link makes."""


class Expired(Exception):
    """The link was good once."""


def link_to(number: str, event: str) -> str:
    """The whole address for a message; empty for an event that asks nothing, and where the portal's address is not set."""
    if event not in PURPOSES or not settings.PORTAL_URL:
        return ""
    return settings.PORTAL_URL + reverse("demand-by-link", args=[SIGNER.sign(f"{number}.{PURPOSES[event]}")])


def read(token: str) -> tuple[str, str]:
    """(number of the demand, move) of a link. Raises Expired, and LookupError for what no link of ours is."""
    try:
        number, _dot, move = SIGNER.unsign(token, max_age=LASTS).rpartition(".")
    except SignatureExpired as error:
        raise Expired from error
    except BadSignature as error:
        raise LookupError from error
    return number, move
