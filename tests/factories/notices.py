"""Messages as features write them, and a gateway that remembers what it got."""

import itertools
from collections import Counter

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.notices.actions import notify
from portal.notices.gateways import Away, Refused
from portal.notices.models import Channel, Delivery, Notice, Preference

from .accounts import UserFactory

MOBILE = "13812348000"
_keys = itertools.count(1)


class NoticeFactory(DjangoModelFactory):
    """A message in somebody's inbox, not sent anywhere. `read=True` for one that was read."""

    class Meta:
        model = Notice

    class Params:
        read = factory.Trait(read_at=factory.LazyFunction(timezone.now))

    key = factory.Sequence(lambda n: f"test:{n}")
    recipient = factory.SubFactory(UserFactory)
    kind = "booking_confirmed"
    title = "预约成功"
    body = "YY20261121-000001：2026-11-23 09:00–09:30 在九亭服务站办理“计量”。"


class PreferenceFactory(DjangoModelFactory):
    class Meta:
        model = Preference

    user = factory.SubFactory(UserFactory)
    by_email = False


class DeliveryFactory(DjangoModelFactory):
    """A text message on its way to somebody without an account. `failed=True` for one that was given up."""

    class Meta:
        model = Delivery

    class Params:
        failed = factory.Trait(
            state="failed", attempts=8, last_error="多次尝试仍未送达（HTTP 503），已停止自动重试。"
        )

    notice = factory.SubFactory(NoticeFactory, recipient=None)
    channel = Channel.SMS
    address = MOBILE


def told(**message) -> list[Notice]:
    """Writes a message like a feature does. Returns its copies."""
    key = message.setdefault("key", f"occasion:{next(_keys)}")
    notify(**{"kind": "booking_confirmed", "title": "预约成功", "body": "请携带材料。", **message})
    return list(Notice.objects.filter(key__startswith=f"{key}:").order_by("pk"))


class RememberingGateway:
    """Takes messages, counts them by id, and can be down or refuse addresses."""

    def __init__(self):
        self.taken: Counter = Counter()
        self.messages: list[tuple[str, str, str]] = []
        self.calls = 0
        self.down = False
        self.refuses: set[str] = set()

    def send(self, delivery_id, address, title, text) -> None:
        self.calls += 1
        if self.down:
            raise Away("HTTP 503")
        if address in self.refuses:
            raise Refused("HTTP 400")
        self.taken[str(delivery_id)] += 1
        self.messages.append((address, title, text))
