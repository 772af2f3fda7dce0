"""The sheet of places on chains is compared with what is stored, and committed: a few statements for thousands of rows.

The rules are those of `place_on_chain` and `leave_chain`, said once more in SQL: a place begins on or after the founding
and the last leaving of the chain; a day of leaving ends the open place; what has ended stays as it is. An enterprise
that is not on the chain may be given a place that is over already, with both of its days.
"""

from django.utils.translation import gettext_lazy as _

from portal.imports.registry import Place
from portal.metrics.actions import mark_dirty

from ..followers import places_changed
from .sheet import LOCK_CLASS
from .sheet_changes import day, entry, listing, name_of, text

REFUSALS = {
    "uscc": _("没有登记这家企业，或不在您负责的街镇范围内；请先在企业信息表中登记。"),
    "chain": _("没有这条产业链，请从模板的下拉列表中选择。"),
    "segment": _("所填产业链中没有这个环节，或环节已停用，请从模板的下拉列表中选择。"),
    "role": _("这段入链记录已经结束，角色和环节不能再修改。"),
    "started_on": _("入链日期不能早于企业成立日期，也不能早于上次退出这条链的日期。"),
    "ended_on": _("退出日期不能早于入链日期；企业目前不在这条链上时，须同时填写入链日期。"),
}

# %(district)s, %(towns)s (NULL: all), %(today)s. `o` is the open place, `h` the ended one that the row repeats.
COMPARED = """
WITH compared AS MATERIALIZED (
  SELECT
    i.row_no, r.*, e.id AS enterprise_id, c.id AS chain_id, q.segment_id, o.id AS open_id, h.id AS ended_id,
    o.segment_id AS o_segment, o.role AS o_role, o.started_on AS o_started_on, q.day,
    o.id IS NOT NULL AND h.id IS NULL AND (r.role <> o.role OR r.ended_on IS NOT NULL OR q.day <> o.started_on
      OR (q.segment_id IS NOT NULL AND q.segment_id IS DISTINCT FROM o.segment_id)) AS changed,
    CASE
      WHEN e.id IS NULL THEN 'uscc'
      WHEN c.id IS NULL THEN 'chain'
      WHEN h.id IS NOT NULL THEN
        CASE WHEN r.role <> h.role OR (r.segment IS NOT NULL
          AND (q.segment_id IS NULL OR q.segment_id IS DISTINCT FROM h.segment_id)) THEN 'role' END
      WHEN r.segment IS NOT NULL AND (q.segment_id IS NULL OR (q.closed AND q.segment_id IS DISTINCT FROM o.segment_id))
        THEN 'segment'
      WHEN o.id IS NULL AND r.ended_on IS NOT NULL AND r.started_on IS NULL THEN 'ended_on'
      WHEN r.ended_on < q.day THEN 'ended_on'
      WHEN (q.day < e.founded_on OR q.day < q.left_on) AND q.day IS DISTINCT FROM o.started_on THEN 'started_on'
    END AS error
  FROM incoming i
  CROSS JOIN LATERAL jsonb_to_record(i.values) AS r (
    uscc text, chain text, segment text, role text, started_on date, ended_on date)
  LEFT JOIN chains_chain c ON c.district_id = %(district)s AND c.name = r.chain
  LEFT JOIN enterprises_enterprise e ON e.uscc = r.uscc AND e.district_id = %(district)s
    AND (%(towns)s::bigint[] IS NULL OR e.town_id = ANY (%(towns)s::bigint[]))
  LEFT JOIN enterprises_chainmembership o
    ON o.enterprise_id = e.id AND o.chain_id = c.id AND o.ended_on IS NULL
  LEFT JOIN LATERAL (
    SELECT m.id, m.role, m.segment_id FROM enterprises_chainmembership m
    WHERE m.enterprise_id = e.id AND m.chain_id = c.id AND m.ended_on = r.ended_on
      AND m.started_on = coalesce(r.started_on, m.started_on)
    ORDER BY m.id DESC LIMIT 1) AS h ON true
  LEFT JOIN chains_segment g ON g.chain_id = c.id AND g.name = r.segment
  CROSS JOIN LATERAL (
    SELECT g.id AS segment_id, g.closed_on IS NOT NULL AS closed,
      coalesce(r.started_on, o.started_on, %(today)s::date) AS day,
      (SELECT max(m.ended_on) FROM enterprises_chainmembership m
       WHERE m.enterprise_id = e.id AND m.chain_id = c.id) AS left_on
    OFFSET 0) AS q
)
"""

OUTCOME = """
  CASE WHEN s.error IS NOT NULL THEN 'invalid' WHEN s.ended_id IS NOT NULL THEN 'unchanged'
       WHEN s.open_id IS NULL THEN 'created' WHEN s.changed THEN 'updated' ELSE 'unchanged' END"""

CHANGES = listing(
    [
        entry(
            "segment",
            "s.segment_id IS NOT NULL AND s.segment_id IS DISTINCT FROM s.o_segment",
            name_of("chains_segment", "s.o_segment"),
            text("s.segment"),
        ),
        entry("role", "s.role <> s.o_role", text("s.o_role"), text("s.role")),
        entry("started_on", "s.day <> s.o_started_on", day("s.o_started_on"), day("s.day")),
        entry("ended_on", "s.ended_on IS NOT NULL", "'null'", day("s.ended_on")),
    ]
)

CLASSIFY = f"""{COMPARED}
INSERT INTO verdict (row_no, outcome, changes, error, value)
SELECT s.row_no, v.outcome, CASE WHEN v.outcome = 'updated' THEN {CHANGES} ELSE '[]' END, s.error,
  CASE s.error WHEN 'uscc' THEN s.uscc WHEN 'chain' THEN s.chain WHEN 'segment' THEN s.segment
    WHEN 'started_on' THEN s.started_on::text WHEN 'ended_on' THEN s.ended_on::text WHEN 'role' THEN s.role END
FROM compared s CROSS JOIN LATERAL (SELECT {OUTCOME} AS outcome OFFSET 0) AS v
"""  # noqa: S608 - constants only

LOCK_ENTERPRISES = """
SELECT count(*) FROM (
  SELECT e.id FROM enterprises_enterprise e WHERE e.uscc IN (SELECT i.values ->> 'uscc' FROM incoming i)
  ORDER BY e.uscc FOR NO KEY UPDATE) AS locked
"""

CREATE_PLAN = """
CREATE TEMPORARY TABLE place_plan (
  row_no int, enterprise_id bigint, chain_id bigint, segment_id bigint, role text, day date, ended_on date,
  open_id bigint, outcome text, error text
) ON COMMIT DROP
"""

PLAN = f"""{COMPARED}
INSERT INTO place_plan
SELECT s.row_no, s.enterprise_id, s.chain_id, s.segment_id, s.role, s.day, s.ended_on, s.open_id, {OUTCOME}, s.error
FROM compared s
"""  # noqa: S608

WRITES = (
    "INSERT INTO verdict (row_no, outcome, changes, error) SELECT row_no, outcome, '[]', error FROM place_plan",
    """
    INSERT INTO enterprises_chainmembership (enterprise_id, chain_id, segment_id, role, started_on, ended_on)
    SELECT enterprise_id, chain_id, segment_id, role, day, ended_on FROM place_plan
    WHERE outcome = 'created' ORDER BY row_no
    """,
    """
    UPDATE enterprises_chainmembership m SET segment_id = coalesce(s.segment_id, m.segment_id), role = s.role,
      started_on = s.day, ended_on = s.ended_on
    FROM place_plan s WHERE m.id = s.open_id AND s.outcome = 'updated'
    """,
)

CHANGED = "SELECT DISTINCT enterprise_id FROM place_plan WHERE outcome IN ('created', 'updated')"


def prepare(cursor) -> None:
    """The temporary table of this sheet."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.place_plan")
    cursor.execute(CREATE_PLAN)


def lock(cursor, place: Place) -> None:
    """Waits for commits of this sheet and of the enterprise sheet: both write places."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, place.district_id])


def classify(cursor, place: Place) -> None:
    """Says of each incoming row whether it gives a new place, changes one or neither, or why it cannot be taken."""
    cursor.execute(CLASSIFY, _parameters(place))


def write(cursor, place: Place) -> None:
    """Writes the incoming rows. Their enterprises are locked in the order of their codes, as every writer does."""
    cursor.execute(LOCK_ENTERPRISES)
    cursor.execute("TRUNCATE place_plan")
    cursor.execute(PLAN, _parameters(place))
    cursor.execute("ANALYZE place_plan (row_no)")
    for statement in WRITES:
        cursor.execute(statement)
    mark_dirty("place")
    cursor.execute(CHANGED)
    places_changed(pk for (pk,) in cursor.fetchall())


def _parameters(place: Place) -> dict:
    return {
        "district": place.district_id,
        "towns": None if place.towns is None else sorted(place.towns),
        "today": place.today,
    }
