"""A row's history in words: who, when, from where, what; never a personal value."""

import pghistory
import pytest

from chains.models import Chain, PartyOrganization
from enterprises.models import Enterprise, PartyProfile
from portal.audit.actions import record_personal_view
from portal.audit.history import history_of, history_of_all, history_page
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db


def test_changes_are_told_by_label_name_and_choice():
    user = make_user("station", display_name="九亭站")
    enterprise = EnterpriseFactory(town=TownFactory(name="九亭镇"), name="旧名")
    with pghistory.context(user=user.pk, source="page"):
        enterprise.name = "新名"
        enterprise.status = Enterprise.Status.SUSPENDED
        enterprise.town = TownFactory(name="泗泾镇", district=enterprise.district)
        enterprise.save()
    newest, first = history_of(enterprise)
    assert (newest.who, newest.source, newest.action) == ("九亭站", "网页", "修改")
    assert set(newest.changes) == {
        ("企业名称", "旧名", "新名"),
        ("登记状态", "存续", "停业"),
        ("所属街镇", "九亭镇", "泗泾镇"),
    }
    assert (first.action, first.who, first.title) == ("新建", "系统", "新建企业")
    assert ("企业名称", "—", "旧名") in first.changes


def test_an_import_is_named():
    enterprise = EnterpriseFactory()
    with pghistory.context(source="import", file="年报.xlsx"):
        Enterprise.objects.filter(pk=enterprise.pk).update(name="导入后的名称")
    assert history_of(enterprise)[0].source == "表格导入《年报.xlsx》"


def test_personal_values_never_appear():
    profile = PartyProfileFactory(with_personal=True)
    secret = profile.secretary_phone
    profile.full_members += 1
    profile.save()  # every ciphertext differs now; only the number is a change
    assert [change.label for change in history_of(profile)[0].changes] == ["正式党员数"]
    profile.secretary_phone, profile.secretary_phone_bidx = "13900139000", "f" * 32
    profile.save()
    entries = history_of(profile)
    assert entries[0].changes == (("书记电话", "", "已更新"),)
    assert secret not in repr(entries)
    assert "13900139000" not in repr(entries)


def test_fields_without_blind_index_are_compared_in_clear():
    from tests.factories.chains import PartyOrganizationFactory

    organization = PartyOrganizationFactory(secretary_name="张三")
    organization.name += "（更名）"
    organization.save()
    assert [change.label for change in history_of(organization)[0].changes] == ["名称"]
    assert PartyOrganization.pgh_event_model.objects.count() == 2


def test_what_nobody_reads_is_left_out():
    enterprise = EnterpriseFactory()
    Enterprise.objects.filter(pk=enterprise.pk).update(version=7)
    assert [entry.action for entry in history_of(enterprise)] == ["新建"]


def test_pages_go_on_where_the_last_one_ended():
    enterprise = EnterpriseFactory()
    for n in range(5):
        Enterprise.objects.filter(pk=enterprise.pk).update(name=f"名称{n}")
    first = history_page(enterprise, limit=3)
    second = history_page(enterprise, limit=3, before=first.older)
    assert [change.new for entry in first.entries for change in entry.changes] == ["名称4", "名称3", "名称2"]
    assert second.entries[0].changes == (("企业名称", "名称0", "名称1"),)
    assert second.older is None


def test_several_rows_read_as_one_story(django_assert_max_num_queries):
    profile = PartyProfileFactory()
    profile.full_members = 9
    profile.save()
    with django_assert_max_num_queries(14):
        story = history_of_all([profile.enterprise, profile])
    assert [entry.at for entry in story] == sorted((entry.at for entry in story), reverse=True)
    assert {entry.subject for entry in story} == {"企业", "党建信息"}


def test_the_page_and_the_api_tell_the_same(client):
    enterprise = EnterpriseFactory()
    client.force_login(make_user("bureau", district=enterprise.district))
    Enterprise.objects.filter(pk=enterprise.pk).update(name="新的名称")
    page = client.get(f"/audit/history/enterprise/{enterprise.uscc}/")
    assert "新的名称" in page.content.decode()
    answer = client.get(f"/api/v1/history/enterprise/{enterprise.uscc}").json()
    assert answer["results"][0]["changes"][0]["new"] == "新的名称"
    assert answer["older"] is None


@pytest.mark.parametrize(
    "address", ["enterprise/91310000MA1FL00005", "nothing/1", "chainmembership/x", "chain/%00"]
)
def test_no_history_of_what_is_not_there(client, address):
    client.force_login(make_user("bureau"))
    assert client.get(f"/audit/history/{address}/").status_code in {400, 404}
    assert client.get(f"/api/v1/history/{address}").status_code in {400, 404}


def test_the_request_is_the_source(client):
    admin = make_user("admin")
    chain = Chain.objects.create(district=TownFactory().district, code="ic", name="集成电路")
    with pghistory.context(user=admin.pk, source="api"):
        chain.name = "集成电路链"
        chain.save()
    assert history_of(chain)[0].source == "接口"


def test_the_log_of_personal_views_is_scoped_and_filtered(client):
    ours, theirs = EnterpriseFactory(name="我区企业"), EnterpriseFactory(name="邻区企业")
    viewer = make_user("bureau", district=ours.district, display_name="查看人甲")
    for enterprise in (ours, theirs):
        record_personal_view(
            by=viewer,
            district=enterprise.district,
            model="enterprises.PartyProfile",
            object_key=enterprise.uscc,
            object_name=enterprise.name,
            field="contact_phone",
            reason="回访",
            address="127.0.0.1",
        )
    client.force_login(viewer)
    page = client.get("/audit/personal-views/").content.decode()
    assert "我区企业" in page
    assert "联系电话" in page
    assert "contact_phone" not in page
    assert "邻区企业" not in page
    assert "我区企业" not in client.get("/audit/personal-views/", {"search": "没有"}).content.decode()
    rows = client.get("/api/v1/personal-views").json()["results"]
    assert [row["object_key"] for row in rows] == [ours.uscc]
    assert client.get("/api/v1/personal-views", {"since": "yesterday"}).status_code == 400
    assert client.get("/api/v1/personal-views", {"serach": "x"}).status_code == 400


def test_event_rows_hold_no_readable_personal_text():
    from django.db import connection

    profile = PartyProfileFactory(with_personal=True)
    table = PartyProfile.pgh_event_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(e::text, '') FROM {table} AS e")
        assert profile.secretary_phone not in cursor.fetchone()[0]
