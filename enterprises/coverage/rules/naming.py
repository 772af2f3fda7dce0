"""What a proposed joint branch could be called, and why an enterprise can no longer take part in it. Pure."""

import re
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

ROAD = re.compile(r"([\u4e00-\u9fff]{2,5}(?:大道|公路|路|街))")
PLACE = re.compile(r"^.*?(?:街道|镇|开发区|区)(?=[\u4e00-\u9fff])")
NUMBERS = "一二三四五六七八九十"


def road_of(address: str) -> str:
    """The road in an address without district and town, or nothing: 松江区九亭镇沪松公路12号 → 沪松公路."""
    rest = address
    while (cut := PLACE.sub("", rest)) != rest:
        rest = cut
    found = ROAD.match(rest)
    return found.group(1) if found else ""


def branch_name(place: str, what: str, taken: Collection[str]) -> str:
    """中共{place}{what}联合支部委员会, with a number when an active organisation bears that name already."""
    first = f"中共{place}{what}联合支部委员会"
    if first not in taken:
        return first
    number = 2
    while (name := f"中共{place}{what}第{ordinal(number)}联合支部委员会") in taken:
        number += 1
    return name


def ordinal(number: int) -> str:
    """2 → 二, 12 → 十二; in digits from 100 on."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    front = "" if not tens else "十" if tens == 1 else f"{NUMBERS[tens - 1]}十"
    return front + (NUMBERS[ones - 1] if ones else "")


def member_problem(*, status: str, status_label: str, form: str, organization: str, is_in_place: bool) -> str:
    """Why an enterprise can no longer be taken into the proposed branch, in words; empty when it can."""
    if status != "active":
        return _("登记状态已变为“%(status)s”") % {"status": status_label}
    if form != "none":
        if organization:
            return _("已由“%(organization)s”覆盖") % {"organization": organization}
        return _("已有党组织")
    if not is_in_place:
        return _("已不在这个街镇或这条产业链上")
    return ""


def listing(names: Iterable[str]) -> str:
    """Names for a sentence; a long list is cut short."""
    names = list(names)
    return "、".join(names[:5]) + (_(" 等 %(count)d 户") % {"count": len(names)} if len(names) > 5 else "")
