"""What is shown of personal data: enough to recognise, too little to use. And free text without any."""

import re
from collections.abc import Iterable


def mask_name(name: str) -> str:
    """张三丰 → 张**; an empty name stays empty."""
    return name[:1] + "*" * (len(name) - 1) if name else ""


def mask_phone(phone: str) -> str:
    """13812348000 → 138****8000; shorter numbers keep their last two digits only."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if phone else ""


# -- Free text -----------------------------------------------------------------------------------------------------
EMAIL = re.compile(r"(?<![\w.+-])([\w+])[\w.+-]*(@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(\d{3})\d{3}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
CARD = re.compile(r"(?<!\d)(\d{4})(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
LOCAL = re.compile(r"((?:电话|座机|传真|联系方式)[:：]? ?)(\d{7,8})(?!\d)")
PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|[48]00[- ]?\d{3,4}[- ]?\d{3,4})(?!\d)"
)
PERSONAL = (
    r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}|0[0-9]{2,3}[- ]?[0-9]{7,8}|[0-9]{15}|[0-9]{4}[- ][0-9]{4}[- ][0-9]{4}"
    r"|[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}|(电话|座机|传真|联系方式)[:：]? ?[0-9]{7}|[A-Za-z0-9+]@"
)
"""By what the database finds the texts in which something may be masked; in masked ones hardly ever."""


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """Free text without phones, e-mail addresses, identity and bank card numbers, and these names.

    Numbers of the portal (GD20261121-000001) and credit codes stay.
    """
    for name in names:
        if len(name) > 1:
            text = text.replace(name, mask_name(name))
    text = EMAIL.sub(r"\1***\2", text)
    text = IDENTITY.sub(lambda found: f"{found[1]}***************", text)
    text = PHONE.sub(lambda found: mask_phone(re.sub(r"[- ]", "", found[1])), text)
    text = LOCAL.sub(lambda found: found[1] + mask_phone(found[2]), text)
    return CARD.sub(r"\1****", text)
