"""The figures of the ledgers as declarations: credit, pledges, purchases, and what stays inside the chains."""

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, Rate, Stock, register, show_rows

from .models import CreditGrant, PledgeRegistration, ProcurementDeal
from .rules.deals import COUNTED

AMOUNT = Sum("amount")
LARGE = 5_000_000  # yuan: a purchase worth telling of on its own (松江, 产业集群)

LENT = (Column("number", _("编号"), "number"), Column("enterprise", _("企业"), "enterprise__name"))

show_rows(
    ProcurementDeal,
    Column("number", _("编号"), "number"),
    Column("buyer", _("采购方"), "buyer__name"),
    Column("seller", _("供应方"), "seller__name"),
    Column("goods", _("采购内容"), "goods"),
    Column("signed_on", _("签订日期"), "signed_on"),
    page=("deal", "number"),
)
show_rows(
    CreditGrant,
    *LENT,
    Column("bank", _("银行"), "bank__name"),
    Column("product", _("产品"), "product"),
    Column("granted_on", _("授信日期"), "granted_on"),
    page=("credit", "number"),
)
show_rows(
    PledgeRegistration,
    *LENT,
    Column("bank", _("质权人"), "bank__name"),
    Column("kind", _("类型"), "kind", PledgeRegistration.Kind.choices),
    Column("registered_on", _("登记日期"), "registered_on"),
    page=("pledge", "number"),
)


def _credit() -> QuerySet:
    return CreditGrant.objects.filter(cancelled_at=None)


def _pledges() -> QuerySet:
    return PledgeRegistration.objects.filter(cancelled_at=None)


def _firsts(rows: QuerySet, day: str) -> QuerySet:
    """Each enterprise's first row: later ones add no enterprise."""
    earlier = rows.filter(enterprise=OuterRef("enterprise")).filter(
        Q(**{f"{day}__lt": OuterRef(day)}) | Q(**{day: OuterRef(day)}, pk__lt=OuterRef("pk"))
    )
    return rows.filter(~Exists(earlier))


def _deals() -> QuerySet:
    """What both sides have confirmed, with the chains on which the buyer stood on the signing date."""
    return ProcurementDeal.objects.filter(status__in=COUNTED)


def _inside() -> QuerySet:
    """Those inside a chain, with the chains that both sides shared as `shared`."""
    return (
        _deals()
        .filter(intra_chain=True)
        .annotate(shared=FilteredRelation("chains", condition=Q(chains__is_common=True)))
    )


def _large() -> QuerySet:
    return _inside().filter(amount__gte=LARGE)


register(
    Flow(
        code="credit_grants", name=_("授信笔数"), unit=_("笔"), rows=_credit, date="granted_on", town="town",
        touched_by=("credit",),
        definition=_("授信日期在期内、未撤销的授信笔数，按登记时企业所在街镇计。"),
    ),
    Flow(
        code="credit_amount", name=_("授信金额"), unit=_("元"), rows=_credit, date="granted_on", town="town",
        value=AMOUNT, each="amount", money=True, touched_by=("credit",),
        definition=_("授信日期在期内、未撤销的授信金额合计，按登记时企业所在街镇计。"),
    ),
    Stock(
        code="credit_enterprises", name=_("累计授信企业"), unit=_("家"), town="town", began="granted_on",
        rows=lambda: _firsts(_credit(), "granted_on"),
        definition=_("截至当日获得过授信的企业数，每家企业只计一次，自首笔授信之日起计。"),
    ),
    Flow(
        code="pledges", name=_("质押登记笔数"), unit=_("笔"), rows=_pledges, date="registered_on", town="town",
        touched_by=("pledge",),
        definition=_("登记日期在期内、未撤销的专利商标质押登记笔数，按登记时企业所在街镇计。"),
    ),
    Flow(
        code="pledge_amount", name=_("质押登记金额"), unit=_("元"), rows=_pledges, date="registered_on",
        town="town", value=AMOUNT, each="amount", money=True, touched_by=("pledge",),
        definition=_("登记日期在期内、未撤销的专利商标质押登记金额合计，按登记时企业所在街镇计。"),
    ),
    Stock(
        code="pledge_enterprises", name=_("累计质押登记企业"), unit=_("家"), town="town", began="registered_on",
        rows=lambda: _firsts(_pledges(), "registered_on"),
        definition=_("截至当日办理过专利商标质押登记的企业数，每家企业只计一次，自首笔登记之日起计。"),
    ),
    Flow(
        code="deals", name=_("采购笔数"), unit=_("笔"), rows=_deals, date="signed_on", town="town",
        chain="chains__chain", touched_by=("deal",),
        definition=_("签订日期在期内、双方均已确认的采购笔数，按报送时采购方所在街镇、签订日采购方所在产业链计。"),
    ),
    Flow(
        code="deal_amount", name=_("采购金额"), unit=_("元"), rows=_deals, date="signed_on", town="town",
        chain="chains__chain", value=AMOUNT, each="amount", money=True, touched_by=("deal",),
        definition=_("签订日期在期内、双方均已确认的采购金额，按报送时采购方所在街镇、签订日采购方所在产业链计。"),
    ),
    Flow(
        code="intra_chain_deals", name=_("链内采购笔数"), unit=_("笔"), rows=_inside, date="signed_on",
        town="town", chain="shared__chain", touched_by=("deal",),
        definition=_("签订日期在期内、双方均已确认、且签订日双方同在一条产业链的采购笔数；同在两条链的，全区只计一次，各链各计一次。"),
    ),
    Flow(
        code="intra_chain_amount", name=_("链内采购金额"), unit=_("元"), rows=_inside, date="signed_on",
        town="town", chain="shared__chain", value=AMOUNT, each="amount", money=True, touched_by=("deal",),
        definition=_("签订日期在期内、双方均已确认、且签订日双方同在一条产业链的采购金额；同在两条链的，全区只计一次，各链各计一次。"),
    ),
    Flow(
        code="intra_chain_deals_large", name=_("500 万元以上链内采购"), unit=_("笔"), rows=_large, date="signed_on",
        town="town", chain="shared__chain", touched_by=("deal",),
        definition=_("链内采购中单笔金额在 500 万元及以上的笔数，口径同链内采购笔数。"),
    ),
    Rate(
        code="intra_chain_share", name=_("链内采购占比"), part="intra_chain_amount", whole="deal_amount",
        definition=_("链内采购金额占双方均已确认的采购金额的比例。"),
    ),
)  # fmt: skip
