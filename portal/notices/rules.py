"""When a message is tried again, where it may go, and what is shown of an address. Pure: the clock comes from outside."""

import hashlib
import re
from datetime import datetime, timedelta

from portal.kit.masking import mask_phone

BACKOFF_MINUTES = (1, 5, 15, 60, 120, 240, 480)
MAX_ATTEMPTS = len(BACKOFF_MINUTES) + 1
LEASE = timedelta(minutes=2)  # a worker that claimed a message and says nothing for so long is taken for dead
STALE_AFTER = timedelta(days=7)  # nobody wants last week's reminder
KEY_LENGTH = 120
UNREAD_CAP = 99
MOBILE = re.compile(r"1[3-9][0-9]{9}")
EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}")


def backoff(attempts: int) -> timedelta | None:
    """The pause after so many attempts: 1, 5, 15, 60 … minutes. None: it was the last one."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return timedelta(minutes=BACKOFF_MINUTES[max(attempts, 1) - 1])


def is_stale(*, written: datetime, now: datetime) -> bool:
    """Whether a message is too old to be sent any more."""
    return now - written > STALE_AFTER


def row_key(key: str, whom: str) -> str:
    """The key of one person's copy of a message; a long one is shortened to a digest that stays unique."""
    full = f"{key}:{whom}"
    if len(full) <= KEY_LENGTH:
        return full
    return f"{full[:55]}~{hashlib.sha256(full.encode()).hexdigest()}"


def mobile(text: str) -> str:
    """The mobile number that a text message can reach, 11 digits; empty for a landline or anything else."""
    digits = re.sub(r"[\s\-()（）]", "", text or "").removeprefix("+").removeprefix("0086")
    if len(digits) == 13:
        digits = digits.removeprefix("86")
    return digits if MOBILE.fullmatch(digits) else ""


def email(text: str) -> str:
    """The address when mail can go there, else empty."""
    text = (text or "").strip()
    return text if EMAIL.fullmatch(text) else ""


def mask_address(address: str) -> str:
    """138****8000, z***@example.cn, zh***: enough to recognise, too little to use."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
    return mask_phone(address) if mobile(address) else f"{address[:2]}***"


def one_line(text: str) -> str:
    """A title without line breaks: it becomes a mail header."""
    return " ".join(text.split())


def is_own_path(link: str) -> bool:
    """Whether a link stays inside the portal."""
    return (
        link.startswith("/") and not link.startswith(("//", "/\\")) and not re.search(r"[\s\x00-\x1f]", link)
    )


def can_look_after_deliveries(user) -> bool:
    """The bureau and the administrator see what could not be delivered."""
    return user.scope.is_bureau
