"""The inbox, the bell and the preference, as their owner and nobody else meets them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories.accounts import make_user
from tests.factories.notices import MOBILE, NoticeFactory, PreferenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user("enterprise", email="anna@example.cn")


@pytest.fixture
def web(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def api(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_the_bell_counts_what_is_unread_on_every_page(web, user):
    assert "条未读" not in text(web.get("/towns/"))
    NoticeFactory.create_batch(3, recipient=user)
    NoticeFactory(recipient=user, read=True)
    NoticeFactory()
    assert "消息，3 条未读" in text(web.get("/towns/"))
    NoticeFactory.create_batch(97, recipient=user)
    assert "消息，99+ 条未读" in text(web.get("/towns/"))


def test_the_bell_costs_one_query(web, user):
    NoticeFactory.create_batch(3, recipient=user)
    web.get("/notices/")
    with CaptureQueriesContext(connection) as queries:
        web.get("/towns/")
    assert sum("notices_notice" in query["sql"] for query in queries) == 1


def test_the_inbox_within_its_budget(web, user, django_assert_max_num_queries):
    NoticeFactory.create_batch(30, recipient=user)
    web.get("/notices/")
    with django_assert_max_num_queries(6):
        page = web.get("/notices/")
    assert text(page).count('class="notice ') == 20


def test_a_message_is_shown_and_leads_on(web, user):
    notice = NoticeFactory(
        recipient=user, title="候补有名额了", body="请在 <b>10:00</b> 前答复。", link="/towns/"
    )
    page = text(web.get("/notices/"))
    assert "候补有名额了" in page
    assert "请在 &lt;b&gt;10:00&lt;/b&gt; 前答复。" in page
    answer = web.post(f"/notices/{notice.pk}/open/")
    assert answer["Location"] == "/towns/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_only_the_unread(web, user):
    NoticeFactory(recipient=user, title="新的")
    NoticeFactory(recipient=user, title="旧的", read=True)
    page = text(web.get("/notices/?unread=1"))
    assert "新的" in page
    assert "旧的" not in page


def test_reading_one_stays_on_the_page_and_never_leaves_the_portal(web, user):
    first, second = NoticeFactory.create_batch(2, recipient=user)
    stay = web.post(f"/notices/{first.pk}/read/", {"next": "/notices/?unread=1"})
    assert stay["Location"] == "/notices/?unread=1"
    away = web.post(f"/notices/{second.pk}/read/", {"next": "//evil.example/"})
    assert away["Location"] == "/notices/"


def test_all_at_once(web, user):
    NoticeFactory.create_batch(2, recipient=user)
    assert "已将 2 条消息标为已读" in text(web.post("/notices/read-all/", follow=True))


def test_the_administrator_has_only_the_own_inbox(client):
    notice = NoticeFactory(title="别人的消息")
    admin = make_user("admin")
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    assert "别人的消息" not in text(client.get("/notices/"))
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 404


def test_the_preference_page(web, user):
    assert 'value="anna@example.cn"' in text(web.get("/notices/preference/"))
    refused = web.post("/notices/preference/", {"by_sms": "on", "phone": "021-57812345"})
    assert refused.status_code == 400
    assert "请填写 11 位手机号码。" in text(refused)
    saved = web.post("/notices/preference/", {"by_sms": "on", "phone": MOBILE}, follow=True)
    assert "已保存" in text(saved)
    user.refresh_from_db()
    kept = user.notice_preference
    assert (kept.by_email, kept.by_sms, kept.phone) == (False, True, MOBILE)


def test_api_list_and_filter(api, user):
    NoticeFactory(recipient=user, title="新的", link="/towns/")
    NoticeFactory(recipient=user, title="旧的", read=True)
    NoticeFactory(title="别人的")
    rows = api.get("/api/v1/notices").json()["results"]
    assert [row["title"] for row in rows] == ["旧的", "新的"]
    assert set(rows[0]) == {"id", "kind", "title", "body", "link", "created_at", "read_at"}
    answer = api.get("/api/v1/notices?unread=1&count=1&page_size=1").json()
    assert ([row["title"] for row in answer["results"]], answer["count"]) == (["新的"], 1)
    assert [row["title"] for row in api.get("/api/v1/notices?unread=0").json()["results"]] == ["旧的"]


@pytest.mark.parametrize("query", ["unread=yes", "read=1", "ordering=title", "cursor=x", "page_size=0"])
def test_api_refuses_what_it_does_not_know(api, query):
    assert api.get(f"/api/v1/notices?{query}").status_code == 400


def test_api_reading(api, user):
    first, second = NoticeFactory.create_batch(2, recipient=user)
    assert api.post(f"/api/v1/notices/{first.pk}/read").json()["read_at"] is not None
    assert api.post("/api/v1/notices/read-all").json() == {"read": 1}
    assert api.post(f"/api/v1/notices/{NoticeFactory().pk}/read").status_code == 404
    assert api.post(f"/api/v1/notices/{10**30}/read").status_code == 404
    second.refresh_from_db()
    assert second.read_at is not None


def test_api_preference(api, user):
    assert api.get("/api/v1/notice-preference").json() == {
        "by_email": True,
        "by_sms": False,
        "by_wecom": False,
        "email": "anna@example.cn",
        "phone": "",
        "wecom_id": "",
    }
    changed = api.patch("/api/v1/notice-preference", {"by_sms": True, "phone": MOBILE}, format="json")
    assert (changed.status_code, changed.json()["by_sms"], changed.json()["by_email"]) == (200, True, True)


@pytest.mark.parametrize(
    "body,attr",
    [
        ({"by_sms": True}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "a@b"}, "email"),
        ({"by_sms": "perhaps"}, "by_sms"),
        ({"sms": True}, "sms"),
        ({"wecom_id": "张三\u202e"}, "wecom_id"),
    ],
)
def test_api_preference_refuses(api, body, attr):
    answer = api.patch("/api/v1/notice-preference", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)


def test_a_preference_is_its_owners(api):
    PreferenceFactory(by_sms=True, phone=MOBILE)
    assert MOBILE not in api.get("/api/v1/notice-preference").content.decode()
