"""The enterprise sheet is compared with what is stored, and committed: a few statements for thousands of rows.

The rules are those of the single-row actions (`registry/actions`, `profile/actions`), said once more in SQL: a survey
applies when it is not older than the profile's; form 无 clears organisation and mode; a place on a chain is added or
changed, never closed; honours are added, never removed. Rows without a difference are not written.
"""

import orjson
from django.utils.translation import gettext_lazy as _

from portal.imports.registry import Place
from portal.imports.staging import fill, line
from portal.jobs.runner import Retry
from portal.kit.encryption import decrypt
from portal.metrics.actions import mark_dirty

from ...profile.models import PartyProfile
from ...profile.rules import PERSONAL_FIELDS, masked
from ..followers import places_changed
from . import sheet_plan, sheet_sql

LOCK_CLASS = 7_310_001  # advisory: one commit of enterprises a district at a time
REFUSALS = {
    "town": _("不在您负责的街镇范围内，请交由相应街镇或区局导入。"),
    "segment": _("所填产业链中没有这个环节，请从模板的下拉列表或产业链页面核对环节名称。"),
    "organization_name": _("党组织形式为“无”时不能填写党组织；请先选择单独组建或联合组建。"),
    "establishment_mode": _("党组织形式为“无”时不能填写组建方式；请先选择单独组建或联合组建。"),
    "surveyed_on": _("摸排日期不能早于企业成立日期。"),
}
ENDED_ORGANIZATION = _("该党组织已合并或撤销，请选择现有的党组织。")
CONTEXTS = {name: PartyProfile._meta.get_field(name).context for name in PERSONAL_FIELDS}


def prepare(cursor) -> None:
    """The temporary tables of this sheet."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.enterprise_plan, pg_temp.masked_changes")
    cursor.execute(sheet_plan.CREATE_PLAN)
    cursor.execute(sheet_sql.CREATE_MASKED)


def lock(cursor, place: Place) -> None:
    """Keeps other commits of enterprises in this district waiting until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, place.district_id])


def classify(cursor, place: Place) -> None:
    """Says of each incoming row whether it would create, update or leave its enterprise, or why it cannot be taken."""
    cursor.execute(sheet_plan.NAME_ORGANIZATIONS, _parameters(place))
    cursor.execute(sheet_plan.CLASSIFY, _parameters(place))


def write(cursor, place: Place) -> None:
    """Writes the incoming rows. Known enterprises are locked in the order of their codes, so nobody waits in a circle.

    Raises Retry when somebody recorded one of the new enterprises in this very moment.
    """
    parameters = _parameters(place)
    cursor.execute(sheet_sql.LOCK_KNOWN)
    cursor.execute("TRUNCATE enterprise_plan, masked_changes")
    cursor.execute(sheet_plan.NAME_ORGANIZATIONS, parameters)
    cursor.execute(sheet_plan.PLAN, parameters)
    cursor.execute("ANALYZE enterprise_plan (row_no)")
    cursor.execute(sheet_plan.PLAN_VERDICT)
    _mask_old_values(cursor)
    cursor.execute("SELECT count(*) FROM enterprise_plan WHERE NOT known AND error IS NULL")
    expected = cursor.fetchone()[0]
    if expected:
        cursor.execute(sheet_sql.INSERT_ENTERPRISES, parameters)
        if cursor.rowcount != expected:
            raise Retry
    for statement in sheet_sql.WRITES:
        cursor.execute(statement, parameters)
    mark_dirty("enterprise_state", "enterprise_town", "profile", "cover", "place", "survey")
    cursor.execute(sheet_sql.PLACES_CHANGED)
    places_changed(pk for (pk,) in cursor.fetchall())


def _parameters(place: Place) -> dict:
    return {
        "district": place.district_id,
        "towns": None if place.towns is None else sorted(place.towns),
        "today": place.today,
        "user": place.user_id,
        "import": place.import_id,
        "ended": str(ENDED_ORGANIZATION),
    }


def _mask_old_values(cursor) -> None:
    """Surveys keep what they replaced; old names and phones are deciphered here and kept masked."""
    cursor.execute(sheet_sql.SURVEY_CHANGES_TO_MASK)
    lines = []
    for row_no, stored in cursor.fetchall():
        changes = orjson.loads(stored)
        for change in changes:
            name = change["field"]
            if name in CONTEXTS and change["old"]:
                change["old"] = masked(name, decrypt(change["old"], CONTEXTS[name]))
        lines.append(line(row_no, orjson.dumps(changes)))
    fill(cursor, "masked_changes", "row_no, changes", lines)
