"""Rows of the ledgers, written directly; `report_deal` and its sisters are how people make them."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from enterprises.ledger.models import Bank, CreditGrant, PledgeRegistration, Posting, ProcurementDeal
from enterprises.ledger.rules.amounts import contract_key

from .chains import ChainFactory
from .enterprises import EnterpriseFactory


class BankFactory(DjangoModelFactory):
    class Meta:
        model = Bank

    district = factory.SubFactory("tests.factories.territory.DistrictFactory")
    code = factory.Sequence(lambda n: f"YH{n:04d}")
    name = factory.Sequence(lambda n: f"茸城第{n}银行")


class CreditGrantFactory(DjangoModelFactory):
    """`CreditGrantFactory(enterprise=…, amount=…)`."""

    class Meta:
        model = CreditGrant

    enterprise = factory.SubFactory(EnterpriseFactory)
    district = factory.SelfAttribute("enterprise.district")
    town = factory.SelfAttribute("enterprise.town")
    bank = factory.SubFactory(BankFactory, district=factory.SelfAttribute("..district"))
    number = factory.Sequence(lambda n: f"SX20261101-{n:06d}")
    product = "茸质贷"
    amount = Decimal("5000000.00")
    granted_on = datetime.date(2026, 3, 2)


class PledgeFactory(DjangoModelFactory):
    class Meta:
        model = PledgeRegistration

    enterprise = factory.SubFactory(EnterpriseFactory)
    district = factory.SelfAttribute("enterprise.district")
    town = factory.SelfAttribute("enterprise.town")
    bank = factory.SubFactory(BankFactory, district=factory.SelfAttribute("..district"))
    number = factory.Sequence(lambda n: f"ZY20261101-{n:06d}")
    amount = Decimal("3000000.00")
    registered_on = datetime.date(2026, 4, 2)


class DealFactory(DjangoModelFactory):
    """A deal reported by the buyer; traits `confirmed`, `verified`. The seller is of the buyer's town by default."""

    class Meta:
        model = ProcurementDeal

    class Params:
        confirmed = factory.Trait(status="confirmed", seller_confirmed_at=factory.LazyFunction(timezone.now))
        verified = factory.Trait(status="verified", seller_confirmed_at=factory.LazyFunction(timezone.now))

    buyer = factory.SubFactory(EnterpriseFactory)
    seller = factory.SubFactory(EnterpriseFactory, town=factory.SelfAttribute("..buyer.town"))
    district = factory.SelfAttribute("buyer.district")
    town = factory.SelfAttribute("buyer.town")
    number = factory.Sequence(lambda n: f"CG20261101-{n:06d}")
    amount = Decimal("120000.00")
    signed_on = datetime.date(2026, 5, 6)
    goods = "精密结构件"
    contract_number = factory.Sequence(lambda n: f"HT-2026-{n}")
    contract_key = factory.LazyAttribute(lambda row: contract_key(row.contract_number))
    reporter = "buyer"
    buyer_confirmed_at = factory.LazyFunction(timezone.now)
    created_at = factory.LazyFunction(timezone.now)


class PostingFactory(DjangoModelFactory):
    """An open need; `kind="offer"` for an offer."""

    class Meta:
        model = Posting

    enterprise = factory.SubFactory(EnterpriseFactory)
    district = factory.SelfAttribute("enterprise.district")
    chain = factory.SubFactory(ChainFactory, district=factory.SelfAttribute("..district"))
    number = factory.Sequence(lambda n: f"GX20261101-{n:06d}")
    kind = "need"
    title = "不锈钢精密结构件"
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=30))
