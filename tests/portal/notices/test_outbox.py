"""Messages leave the portal exactly once, whatever happens on the way."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from portal.kit.problems import Conflict
from portal.notices import rules
from portal.notices.actions import forget_old, outbox, retry_delivery, send_due
from portal.notices.models import Delivery, Notice
from tests.factories.accounts import UserFactory
from tests.factories.notices import MOBILE, DeliveryFactory, PreferenceFactory, told
from tests.races import together

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
pytestmark = pytest.mark.django_db


def test_a_due_message_is_sent_and_marked(gateway):
    told(phone=MOBILE, title="预约成功", body="周一九点。")
    assert send_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("sent", 1, "")
    assert delivery.sent_at is not None
    assert gateway.messages == [(MOBILE, "预约成功", "周一九点。")]
    assert send_due() == 0


def test_a_gateway_down_for_an_hour_gets_every_message_once(gateway):
    """The gateway goes away, messages keep coming, the gateway returns."""
    with time_machine.travel(NINE, tick=False) as clock:
        gateway.down = True
        for minute in [*range(60), *range(60, 8 * 60, 5)]:
            clock.move_to(NINE + timedelta(minutes=minute))
            if minute < 40:
                told(phone=f"138{minute:08d}")
            gateway.down = minute < 60
            send_due()
    assert len(gateway.taken) == 40
    assert set(gateway.taken.values()) == {1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_gateway_that_is_away_is_asked_once_a_run(gateway):
    for n in range(20):
        told(phone=f"138{n:08d}")
    gateway.down = True
    assert send_due() == 0
    assert gateway.calls == 1


def test_attempts_back_off_and_end(gateway):
    told(phone=MOBILE)
    gateway.down = True
    attempts = []
    with time_machine.travel(NINE, tick=False) as clock:
        Delivery.objects.update(next_attempt_at=NINE)
        for minute in [*range(90), *range(90, 20 * 60, 10)]:
            clock.move_to(NINE + timedelta(minutes=minute))
            before = gateway.calls
            send_due()
            if gateway.calls > before:
                attempts.append(minute)
    assert attempts[:5] == [0, 1, 6, 21, 81]
    assert len(attempts) == rules.MAX_ATTEMPTS
    delivery = Delivery.objects.get()
    assert delivery.state == "failed"
    assert delivery.last_error == "多次尝试仍未送达（HTTP 503），已停止自动重试。"


def test_what_is_refused_is_not_tried_again_and_stops_nobody(gateway):
    gateway.refuses = {MOBILE}
    told(phone=MOBILE)
    told(phone="13900000000")
    assert send_due() == 1
    assert Delivery.objects.get(state="failed").last_error == "网关拒绝了这条消息（HTTP 400）。"


def test_a_worker_that_dies_after_sending_sends_no_second_one(settings, tmp_path, monkeypatch):
    """The message is at the gateway, its mark is lost: the repeat carries the same id and is recognised."""
    settings.NOTICE_OUTBOX_DIR = tmp_path / "outbox"
    settings.NOTICE_GATEWAYS = {"sms": "file"}
    told(phone=MOBILE)
    with time_machine.travel(NINE, tick=False) as clock:
        Delivery.objects.update(next_attempt_at=NINE)
        Notice.objects.update(created_at=NINE)
        delivery = outbox.claim(channel="sms")
        outbox.gateway_of("sms").send(
            delivery.pk, delivery.address, "t", "x"
        )  # and here the worker is killed
        assert send_due() == 0, "the lease holds"
        clock.shift(rules.LEASE + timedelta(seconds=1))
        assert send_due() == 1
    assert Delivery.objects.get().state == "sent"
    assert len((tmp_path / "outbox" / "sms.jsonl").read_text().splitlines()) == 1


def test_a_message_that_kills_its_worker_is_given_up(gateway):
    delivery = DeliveryFactory(attempts=rules.MAX_ATTEMPTS)
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, gateway.calls) == ("failed", 0)


def test_a_late_worker_changes_nothing(gateway):
    told(phone=MOBILE)
    late = outbox.claim(channel="sms")
    Delivery.objects.update(attempts=2)  # its lease ran out, another worker has the message
    gateway.down = True
    outbox.deliver(delivery=late, gateway=gateway)
    assert Delivery.objects.get().last_error == ""


def test_a_broken_gateway_leaves_the_message_queued(gateway, monkeypatch):
    told(phone=MOBILE)
    monkeypatch.setattr(gateway, "send", lambda *message: 1 / 0)
    assert send_due() == 0
    assert Delivery.objects.get().last_error == "网关暂时无法连接（ZeroDivisionError），将自动重试。"


def test_last_weeks_message_is_not_sent(gateway):
    told(phone=MOBILE)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert send_due() == 0
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.last_error) == ("failed", "消息已超过 7 天，不再发送。")
        with pytest.raises(Conflict):
            retry_delivery(delivery=delivery, by=UserFactory())
    assert gateway.calls == 0


def test_without_gateway_nothing_is_tried_and_all_is_sent_once_there_is_one(no_gateways, settings, tmp_path):
    told(phone=MOBILE)
    assert send_due() == 0
    assert Delivery.objects.get().attempts == 0
    settings.NOTICE_GATEWAYS = {"sms": "file"}
    settings.NOTICE_OUTBOX_DIR = tmp_path
    assert send_due() == 1
    assert Delivery.objects.get().last_error == ""


def test_mail_leaves_by_the_mail_backend_with_its_id(settings):
    settings.NOTICE_GATEWAYS = {"email": "smtp"}
    settings.PORTAL_URL = "https://portal.example.cn"
    told(recipients=[UserFactory(email="anna@example.cn")], link="/bookings/YY1/")
    assert send_due() == 1
    (message,) = mail.outbox
    assert message.to == ["anna@example.cn"]
    assert message.body == "请携带材料。\n\n查看详情：https://portal.example.cn/bookings/YY1/"
    assert message.extra_headers["Message-ID"] == f"<{Delivery.objects.get().pk}@localhost>"


def test_each_channel_has_its_own_turn(gateway):
    user = UserFactory()
    PreferenceFactory(user=user, by_email=True, email="a@example.cn", by_sms=True, phone=MOBILE)
    told(recipients=[user])
    assert send_due() == 2
    assert {address for address, _title, _text in gateway.messages} == {"a@example.cn", MOBILE}


def test_retry_starts_again(gateway):
    delivery = DeliveryFactory(failed=True)
    retry_delivery(delivery=delivery, by=UserFactory())
    assert send_due() == 1
    with pytest.raises(Conflict, match="已经送达"):
        retry_delivery(delivery=delivery, by=UserFactory())


def test_no_retry_while_it_is_being_sent(gateway):
    DeliveryFactory()
    with pytest.raises(Conflict, match="正在发送"):
        retry_delivery(delivery=outbox.claim(channel="sms"), by=UserFactory())


def test_old_addresses_are_forgotten(gateway):
    told(recipients=[UserFactory()], phone=MOBILE)
    send_due()
    assert forget_old() == 0
    Delivery.objects.update(sent_at=NINE - timedelta(days=3650))
    assert forget_old() == 1
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once(gateway):
    for n in range(30):
        told(phone=f"138{n:08d}")

    together(*[send_due] * 4)
    assert len(gateway.taken) == 30
    assert set(gateway.taken.values()) == {1}
