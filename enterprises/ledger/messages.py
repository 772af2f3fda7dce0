"""What people are told about a deal: one place for the words and the recipients."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.kit.money import readable
from portal.notices.actions import notify

from .models import Posting, ProcurementDeal
from .rules import deals as states

# move → (title, body, whom): "asked" are the sides whose confirmation is missing, "both" both sides.
TEXTS = {
    "report": (_("有一笔采购待您确认"), _("%(what)s，请核对后确认或提出异议。"), "asked"),
    "correct": (_("采购信息已更正，请重新确认"), _("%(what)s，请核对后确认或提出异议。"), "asked"),
    "resolve": (_("异议已处理，请确认采购"), _("%(what)s。处理情况：%(detail)s"), "asked"),
    "confirm": (_("采购已由双方确认"), _("%(what)s，已由双方确认。"), "both"),
    "dispute": (_("采购有异议"), _("%(what)s。异议：%(detail)s"), "both"),
    "verify": (_("采购已核实"), _("%(what)s，已由工作人员核实。"), "both"),
    "cancel": (_("采购已撤销"), _("%(what)s，不再计入统计。原因：%(detail)s"), "both"),
}


def tell(deal: ProcurementDeal, move: str, *, detail: str = "", reopened: Iterable[Posting] = ()) -> None:
    """Tells the users of the sides, in the caller's transaction; each move of a deal once. `reopened`: the postings that
    stand on the board again."""
    title, body, whom = TEXTS[move]
    sides = {states.BUYER: deal.buyer, states.SELLER: deal.seller}
    if whom == "asked":
        waiting = {states.BUYER: deal.buyer_confirmed_at, states.SELLER: deal.seller_confirmed_at}
        sides = {side: one for side, one in sides.items() if waiting[side] is None}
    people = User.objects.filter(
        memberships__role=Role.ENTERPRISE,
        memberships__enterprise__in=[one.uscc for one in sides.values()],
        is_active=True,
    ).distinct()
    what = _("%(number)s：%(buyer)s向%(seller)s采购“%(goods)s”，金额 %(amount)s") % {
        "number": deal.number,
        "buyer": deal.buyer.name,
        "seller": deal.seller.name,
        "goods": deal.goods,
        "amount": readable(deal.amount),
    }
    text = str(body) % {"what": what, "detail": detail}
    if titles := "、".join(f"“{one.title}”（{one.number}）" for one in reopened):
        text = _("%(text)s。供需信息%(titles)s已重新开放对接。") % {
            "text": text.rstrip("。"),
            "titles": titles,
        }
    notify(
        key=f"deal:{deal.number}:{move}:{deal.version}",
        kind="ledger",
        title=str(title),
        body=str(text),
        link=reverse("deal", args=[deal.number]),
        recipients=people,
        district=deal.district,
    )
