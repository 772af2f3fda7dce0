"""What the bureau sees of messages that did not arrive: enough to act on, no address in full."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from portal.notices.models import Delivery, Notice
from tests.factories.accounts import make_user
from tests.factories.notices import MOBILE, DeliveryFactory
from tests.factories.territory import DistrictFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def web(district) -> Client:
    client = Client()
    client.force_login(
        make_user("bureau", district=district), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def api(district) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user("bureau", district=district))
    return client


def test_the_page_shows_what_failed_with_masked_addresses(web, district):
    DeliveryFactory(notice__district=district, notice__title="预约提醒", failed=True)
    DeliveryFactory(notice__district=district, notice__title="正在路上")
    DeliveryFactory(
        notice__district=district, notice__title="等网关", last_error="短信网关尚未配置，配置后自动发送。"
    )
    DeliveryFactory(notice__district=DistrictFactory(), notice__title="别区的", failed=True)
    page = web.get("/notices/undelivered/").content.decode()
    assert "预约提醒" in page
    assert "等网关" in page
    assert "正在路上" not in page
    assert "别区的" not in page
    assert "138****8000" in page
    assert MOBILE not in page
    assert "等网关" not in web.get("/notices/undelivered/?state=failed").content.decode()
    assert "预约提醒" not in web.get("/notices/undelivered/?channel=email").content.decode()


def test_the_page_within_its_budget(web, district, django_assert_max_num_queries):
    DeliveryFactory.create_batch(25, notice__district=district, failed=True)
    web.get("/notices/undelivered/")
    with django_assert_max_num_queries(7):
        web.get("/notices/undelivered/")


def test_retry_from_the_page(web, district):
    delivery = DeliveryFactory(notice__district=district, failed=True)
    answer = web.post(f"/notices/undelivered/{delivery.pk}/retry/", follow=True)
    assert "已重新加入发送队列" in answer.content.decode()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("queued", 0)


def test_an_old_message_has_no_retry(web, district):
    delivery = DeliveryFactory(notice__district=district, failed=True)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert "重新发送" not in web.get("/notices/undelivered/").content.decode()
    answer = web.post(f"/notices/undelivered/{delivery.pk}/retry/", follow=True)
    assert "已超过 7 天" in answer.content.decode()


def test_api_list(api, district):
    failed = DeliveryFactory(
        notice__district=district, failed=True, channel="email", address="zhang@example.cn"
    )
    DeliveryFactory(notice__district=district)
    (row,) = api.get("/api/v1/deliveries?state=failed&channel=email").json()["results"]
    assert (row["id"], row["address"]) == (str(failed.pk), "z***@example.cn")
    assert (row["state_label"], row["channel_label"], row["title"]) == ("发送失败", "电子邮件", "预约成功")
    assert api.get("/api/v1/deliveries?count=1").json()["count"] == 2
    assert api.get("/api/v1/deliveries?state=lost").status_code == 400
    assert api.get("/api/v1/deliveries?address=138").status_code == 400


def test_api_retry(api, district):
    delivery = DeliveryFactory(notice__district=district, failed=True)
    assert api.post(f"/api/v1/deliveries/{delivery.pk}/retry").json()["state"] == "queued"
    Delivery.objects.update(state="sent", sent_at=timezone.now())
    again = api.post(f"/api/v1/deliveries/{delivery.pk}/retry")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "already_sent")


@pytest.mark.parametrize("role", ["station", "enterprise", "leader", "institution", "department"])
def test_nobody_else(role, client):
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/notices/undelivered/").status_code == 403
    assert client.get("/api/v1/deliveries").status_code == 403
