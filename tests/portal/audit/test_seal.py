"""The hash chain notices what triggers cannot stop, and never cries wolf over a late commit (F10, F11)."""

import threading
import time

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Sum

from chains.models import Chain
from portal.audit.actions import record_personal_view
from portal.audit.models import HistorySeal, PersonalView
from portal.audit.seal import seal_history, verify_history
from tests.factories.accounts import make_user
from tests.factories.territory import DistrictFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain():
    return Chain.objects.create(district=DistrictFactory(), code="ic", name="集成电路")


def sealed(rows: int = 0) -> int:
    """Marks, then seals what was marked: two passes of beat, and more until `rows` are sealed.

    Only what is older than every open transaction of the whole server is sealed, and other tests have some.
    """
    count = seal_history() + seal_history()
    deadline = time.monotonic() + 90
    while count < rows and time.monotonic() < deadline:
        time.sleep(0.05)
        count += seal_history()
    return count


def as_superuser(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger fires, as for a superuser
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def test_what_was_written_is_sealed_and_agrees(chain):
    chain.name = "集成电路链"
    chain.save()
    assert sealed(2) == 2
    assert verify_history() == []
    assert sealed() == 0, "a second pass finds nothing new"
    call_command("verify_history")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chains_chainevent SET name = '改写'",
        "DELETE FROM chains_chainevent WHERE pgh_label = 'update'",
        "INSERT INTO chains_chainevent SELECT * FROM moved",
        "TRUNCATE chains_chainevent",
    ],
)
def test_a_change_behind_the_application_is_found(chain, statement):
    for name in ("一", "二", "三"):
        chain.name = name
        chain.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE moved AS SELECT * FROM chains_chainevent WHERE pgh_label = 'insert'"
        )
        if "moved" in statement:
            cursor.execute("UPDATE moved SET pgh_id = (SELECT max(pgh_id) - 1 FROM chains_chainevent)")
            as_superuser(
                "DELETE FROM chains_chainevent WHERE pgh_id = (SELECT max(pgh_id) - 1 FROM chains_chainevent)"
            )
    written = Chain.pgh_event_model.objects.count()
    assert sealed(written) == written
    assert verify_history() == []
    as_superuser(statement)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE moved")
    assert [difference.seal.table for difference in verify_history()] == ["chains_chainevent"]
    with pytest.raises(SystemExit) as ended:
        call_command("verify_history")
    assert ended.value.code == 1


def test_an_altered_link_breaks_the_chain(chain):
    assert sealed(1) == 1
    chain.name = "二"
    chain.save()
    assert sealed(1) == 1
    first = HistorySeal.objects.order_by("pk").first()
    as_superuser(f"UPDATE audit_historyseal SET digest = 'forged' WHERE id = {first.pk}")
    assert len(verify_history()) == 2


def test_a_lower_id_that_commits_late_is_no_difference(chain):
    assert sealed(1) == 1
    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            Chain.objects.create(district=chain.district, code="slow", name="慢")
            written.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert written.wait(20)
    Chain.objects.create(district=chain.district, code="fast", name="快")
    assert sealed() == 0, "the slow one may still add a lower id"
    go_on.set()
    thread.join()
    first = seal_history()
    assert verify_history() == []
    assert first + sealed(2 - first) == 2
    assert HistorySeal.objects.aggregate(rows=Sum("rows"))["rows"] == 3
    assert verify_history() == []


def test_history_cannot_be_changed_from_the_application(chain):
    events = Chain.pgh_event_model.objects
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        events.update(name="改写")
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        events.all().delete()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM chains_chainevent")
    assert events.count() == 1


def test_views_of_personal_data_and_seals_cannot_be_changed(chain):
    record_personal_view(
        by=make_user("bureau", district=chain.district),
        district=chain.district,
        model="企业",
        object_key="91310117MA1J000005",
        object_name="示例",
        field="联系电话",
        reason="回访",
    )
    assert sealed(1) >= 1
    for table in (PersonalView, HistorySeal):
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            table.objects.update(id=0)
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            table.objects.all()._raw_delete("default")
    assert verify_history() == []


def test_the_hardened_role_adds_history_and_cannot_rewrite_it(chain):
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS portal_app_test")
        cursor.execute("CREATE ROLE portal_app_test")
    try:
        call_command("harden_database", "portal_app_test")
        refused = [
            "UPDATE chains_chainevent SET name = 'x'",
            "DELETE FROM chains_chainevent",
            "TRUNCATE chains_chainevent",
            "TRUNCATE chains_chain CASCADE",
            "UPDATE audit_personalview SET reason = 'x'",
            "DELETE FROM audit_historyseal",
            "ALTER TABLE chains_chain DISABLE TRIGGER ALL",
        ]
        for statement in refused:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE portal_app_test")
                cursor.execute(statement)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE portal_app_test")
            chain.name = "由应用修改"
            chain.save()
        assert Chain.pgh_event_model.objects.count() == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP OWNED BY portal_app_test; DROP ROLE portal_app_test")
