"""Who is told what, by which way, and only once."""

import pytest
from django.db import transaction

from portal.kit.problems import Invalid
from portal.notices.actions import mark_all_read, mark_read, notify, set_preference
from portal.notices.models import Delivery, Notice
from tests.factories.accounts import UserFactory
from tests.factories.notices import MOBILE, PreferenceFactory, told

pytestmark = pytest.mark.django_db


def ways(notice: Notice) -> dict[str, str]:
    return {row.channel: row.address for row in notice.deliveries.all()}


def test_every_recipient_has_the_message_in_the_inbox():
    anna, ben = UserFactory(), UserFactory()
    copies = told(recipients=[anna, ben, anna], title="预约\n成功", link="/bookings/YY1/")
    assert [copy.recipient for copy in copies] == [anna, ben]
    assert (copies[0].title, copies[0].body, copies[0].link) == (
        "预约 成功",
        "请携带材料。",
        "/bookings/YY1/",
    )
    assert copies[0].read_at is None


def test_the_same_occasion_is_told_once():
    anna = UserFactory(email="anna@example.cn")
    message = {
        "key": "booking:1:remind:0",
        "kind": "remind",
        "title": "提醒",
        "body": "明天。",
        "phone": MOBILE,
    }
    assert notify(**message, recipients=[anna]) == 2
    assert notify(**message, recipients=[anna]) == 0
    assert notify(**message, recipients=[anna, UserFactory()]) == 1, "only who was not told yet"
    assert Notice.objects.count() == 3
    assert Delivery.objects.count() == 2


def test_a_message_goes_away_with_its_callers_transaction():
    def book_and_fail():
        with transaction.atomic():
            told(recipients=[UserFactory()], phone=MOBILE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        book_and_fail()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_without_a_preference_a_mail_goes_to_the_accounts_address():
    assert ways(told(recipients=[UserFactory(email="anna@example.cn")])[0]) == {"email": "anna@example.cn"}
    assert ways(told(recipients=[UserFactory()])[0]) == {}


def test_people_are_told_as_they_chose():
    user = UserFactory(email="old@example.cn")
    PreferenceFactory(
        user=user, by_sms=True, phone=MOBILE, by_wecom=True, wecom_id="zhang", email="x@example.cn"
    )
    assert ways(told(recipients=[user])[0]) == {"sms": MOBILE, "wecom": "zhang"}


def test_somebody_without_an_account_is_told_by_phone_and_mail_only():
    (copy,) = told(phone="+86 138-1234-8000", email="guest@example.cn")
    assert copy.recipient is None
    assert ways(copy) == {"sms": MOBILE, "email": "guest@example.cn"}


def test_a_recipients_own_phone_is_not_told_twice():
    user = UserFactory()
    PreferenceFactory(user=user, by_sms=True, phone=MOBILE)
    assert len(told(recipients=[user], phone=MOBILE)) == 1


@pytest.mark.parametrize("phone", ["", "021-57812345", "12345", "手机", "1381234800"])
def test_no_text_message_to_what_is_no_mobile(phone):
    assert told(phone=phone) == []


def test_people_who_left_are_not_told():
    assert told(recipients=[UserFactory(inactive=True)]) == []


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/a\nb"])
def test_links_stay_inside_the_portal(link):
    with pytest.raises(ValueError, match="path of the portal"):
        told(recipients=[UserFactory()], link=link)


def test_long_keys_stay_apart():
    user = UserFactory()
    for end in "ab":
        notify(key="长" * 119 + end, kind="k", title="t", body="b", recipients=[user])
    assert Notice.objects.count() == 2


def test_without_gateway_the_message_waits_with_a_sentence(no_gateways):
    (copy,) = told(phone=MOBILE)
    delivery = copy.deliveries.get()
    assert (delivery.state, delivery.last_error) == ("queued", "短信网关尚未配置，配置后自动发送。")


def test_addresses_are_not_readable_in_the_database():
    from django.db import connection

    told(phone=MOBILE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM notices_delivery")
        assert MOBILE not in cursor.fetchone()[0]


def test_reading():
    user, other = UserFactory(), UserFactory()
    first, second = told(recipients=[user])[0], told(recipients=[user])[0]
    foreign = told(recipients=[other])[0]
    read_at = mark_read(notice=first, by=user).read_at
    assert read_at is not None
    assert mark_read(notice=first, by=user).read_at == read_at, "the first time stays"
    with pytest.raises(Invalid):
        mark_read(notice=foreign, by=user)
    assert mark_all_read(by=user) == 1
    second.refresh_from_db()
    foreign.refresh_from_db()
    assert second.read_at is not None
    assert foreign.read_at is None


def test_preferences_keep_what_is_not_given():
    user = UserFactory(email="anna@example.cn")
    row = set_preference(user=user, by_sms=True, phone=" 138 1234 8000 ")
    assert (row.by_email, row.email, row.by_sms, row.phone) == (True, "anna@example.cn", True, MOBILE)
    row = set_preference(user=user, by_email=False)
    assert (row.by_email, row.by_sms, row.phone) == (False, True, MOBILE)


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"by_sms": True}, "phone"),
        ({"by_wecom": True}, "wecom_id"),
        ({"by_email": True}, "email"),
        ({"phone": "021-57812345"}, "phone"),
        ({"email": "anna"}, "email"),
    ],
)
def test_a_chosen_way_needs_its_address(changes, field):
    with pytest.raises(Invalid) as caught:
        set_preference(user=UserFactory(), **changes)
    assert set(caught.value.detail) == {field}
