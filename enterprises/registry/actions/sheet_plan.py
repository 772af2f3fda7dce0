"""The comparison of sheet rows with what is stored, as one statement for a slice of rows: who is new, what differs."""

from .sheet_changes import day, entry, listing, name_of, plain, text

# The columns of a checked row, in `incoming.values`. Names and phones come as ciphertext, blind index and mask.
RECORD = """
    uscc text, name text, kind text, town bigint, address text, founded_on date, status text, industry_code text,
    chain bigint, segment text, chain_role text, employees int, revenue numeric(16, 2), full_members int,
    probationary_members int, organization_form text, organization_name text, establishment_mode bigint,
    secretary_name text, secretary_phone text, contact_name text, contact_phone text,
    secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
    secretary_name_mask text, secretary_phone_mask text, contact_name_mask text, contact_phone_mask text,
    surveyed_on date, survey_method text, honours text[]
"""

# An organisation may be given by its code: from here on the row says its name.
NAME_ORGANIZATIONS = """
UPDATE incoming i SET values = i.values || jsonb_build_object('organization_name', o.name)
FROM chains_partyorganization o
WHERE o.district_id = %(district)s AND o.status = 'active' AND o.code = i.values ->> 'organization_name'
"""

# %(district)s, %(towns)s (NULL: all), %(today)s
COMPARED = f"""
WITH compared AS MATERIALIZED (
  SELECT
    i.row_no, r.*, e.id AS enterprise_id, e.id IS NOT NULL AS known, p.enterprise_id IS NOT NULL AS profile_known,
    g.id AS segment_id, m.id AS membership_id, m.segment_id AS m_segment, m.role AS m_role, f.revenue AS f_revenue,
    q.survey_day, q.figure_year, q.applies, q.is_survey, q.p_organization_name,
    e.name AS e_name, e.kind AS e_kind, e.status AS e_status, e.town_id AS e_town, e.address AS e_address,
    e.founded_on AS e_founded_on, e.industry_code AS e_industry_code, e.employees AS e_employees,
    coalesce(p.full_members, 0) AS p_full_members, coalesce(p.probationary_members, 0) AS p_probationary_members,
    coalesce(p.organization_form, 'none') AS p_form, p.establishment_mode_id AS p_mode,
    p.secretary_name AS p_secretary_name, p.secretary_phone AS p_secretary_phone,
    p.contact_name AS p_contact_name, p.contact_phone AS p_contact_phone,
    p.surveyed_on AS p_surveyed_on, p.survey_method AS p_survey_method,
    coalesce(r.secretary_name_bidx <> coalesce(p.secretary_name_bidx, ''), false) AS secretary_name_differs,
    coalesce(r.secretary_phone_bidx <> coalesce(p.secretary_phone_bidx, ''), false) AS secretary_phone_differs,
    coalesce(r.contact_name_bidx <> coalesce(p.contact_name_bidx, ''), false) AS contact_name_differs,
    coalesce(r.contact_phone_bidx <> coalesce(p.contact_phone_bidx, ''), false) AS contact_phone_differs,
    coalesce(r.name <> e.name OR r.kind <> e.kind OR r.town <> e.town_id, false)
      OR coalesce(r.status <> e.status, false)
      OR coalesce(r.address <> e.address, false)
      OR coalesce(r.industry_code <> e.industry_code, false)
      OR (r.founded_on IS NOT NULL AND r.founded_on IS DISTINCT FROM e.founded_on)
      OR (q.applies AND r.employees IS NOT NULL AND r.employees IS DISTINCT FROM e.employees)
      AS enterprise_changed,
    q.applies AND (
      coalesce(r.full_members <> p.full_members, false)
      OR coalesce(r.probationary_members <> p.probationary_members, false)
      OR coalesce(r.organization_form <> p.organization_form, false)
      OR coalesce(r.organization_name <> q.p_organization_name, false)
      OR (r.establishment_mode IS NOT NULL AND r.establishment_mode IS DISTINCT FROM p.establishment_mode_id)
      OR coalesce(r.secretary_name_bidx <> p.secretary_name_bidx, false)
      OR coalesce(r.secretary_phone_bidx <> p.secretary_phone_bidx, false)
      OR coalesce(r.contact_name_bidx <> p.contact_name_bidx, false)
      OR coalesce(r.contact_phone_bidx <> p.contact_phone_bidx, false)
      OR (r.surveyed_on IS NOT NULL AND (r.surveyed_on IS DISTINCT FROM p.surveyed_on
        OR coalesce(r.survey_method <> p.survey_method, false)))) AS profile_changed,
    -- An older survey is kept unless the very same one is there already.
    NOT q.applies AND NOT EXISTS (
      SELECT 1 FROM enterprises_survey v
      WHERE v.enterprise_id = e.id AND v.surveyed_on = q.survey_day
        AND v.method = coalesce(r.survey_method, 'annual_report')
        AND v.full_members IS NOT DISTINCT FROM r.full_members
        AND v.probationary_members IS NOT DISTINCT FROM r.probationary_members
        AND v.organization_form = coalesce(r.organization_form, '')
        AND v.organization_name = coalesce(r.organization_name, '')
        AND v.establishment_mode_id IS NOT DISTINCT FROM r.establishment_mode
        AND v.employees IS NOT DISTINCT FROM r.employees) AS late_new,
    -- A year's figures change with its revenue (上年营业收入) only: 从业人数 alone is today's. What an older survey says
    -- of a year fills gaps only.
    r.revenue IS NOT NULL AND (
      (r.revenue IS DISTINCT FROM f.revenue AND (q.applies OR f.revenue IS NULL))
      OR (r.employees IS NOT NULL AND r.employees IS DISTINCT FROM f.employees
          AND (q.applies OR f.employees IS NULL))) AS figure_changed,
    m.id IS NOT NULL AND ((g.id IS NOT NULL AND g.id IS DISTINCT FROM m.segment_id)
      OR (r.chain_role IS NOT NULL AND r.chain_role <> m.role)) AS membership_changed,
    r.chain IS NOT NULL AND m.id IS NULL AS membership_new,
    CASE WHEN r.honours IS NULL OR e.id IS NULL THEN r.honours ELSE ARRAY(
      SELECT h FROM unnest(r.honours) AS h WHERE NOT EXISTS (
        SELECT 1 FROM enterprises_honour k WHERE k.enterprise_id = e.id AND k.name = h)) END AS honours_new,
    -- The column that keeps this row out, by what is stored; nothing is said about an enterprise outside the scope.
    CASE
      WHEN e.district_id <> %(district)s OR e.town_id <> ALL (%(towns)s::bigint[])
        OR r.town <> ALL (%(towns)s::bigint[]) THEN 'town'
      WHEN r.segment IS NOT NULL AND g.id IS NULL THEN 'segment'
      WHEN r.surveyed_on < coalesce(r.founded_on, e.founded_on) THEN 'surveyed_on'
      WHEN q.applies AND coalesce(r.organization_form, p.organization_form, 'none') = 'none' THEN
        CASE WHEN r.organization_name IS NOT NULL THEN 'organization_name'
             WHEN r.establishment_mode IS NOT NULL THEN 'establishment_mode' END
      WHEN r.organization_name IS NOT NULL AND EXISTS (
        SELECT 1 FROM chains_partyorganization o
        WHERE o.district_id = %(district)s AND o.code = r.organization_name AND o.status <> 'active')
        THEN 'ended_organization'
    END AS error
  FROM incoming i
  CROSS JOIN LATERAL jsonb_to_record(i.values) AS r ({RECORD})
  LEFT JOIN chains_segment g ON g.chain_id = r.chain AND g.name = r.segment AND g.closed_on IS NULL
  LEFT JOIN enterprises_enterprise e ON e.uscc = r.uscc
  LEFT JOIN enterprises_partyprofile p ON p.enterprise_id = e.id
  CROSS JOIN LATERAL (
    SELECT coalesce(r.surveyed_on, %(today)s::date) AS survey_day,
           extract(year FROM coalesce(r.surveyed_on, %(today)s::date))::int - 1 AS figure_year,
           coalesce(r.surveyed_on >= p.surveyed_on, true) AS applies,
           num_nonnulls(r.surveyed_on, r.full_members, r.probationary_members, r.organization_form,
             r.organization_name, r.establishment_mode, r.secretary_name, r.secretary_phone, r.contact_name,
             r.contact_phone) > 0 AS is_survey,
           coalesce(nullif(p.organization_name, ''), CASE WHEN p.organization_id IS NOT NULL THEN (
             SELECT o.name FROM chains_partyorganization o WHERE o.id = p.organization_id) END, '')
             AS p_organization_name
    OFFSET 0) AS q
  LEFT JOIN enterprises_chainmembership m
    ON m.enterprise_id = e.id AND m.chain_id = r.chain AND m.ended_on IS NULL
  LEFT JOIN enterprises_annualfigure f ON f.enterprise_id = e.id AND f.year = q.figure_year
)
"""  # noqa: S608 - constants only

OUTCOME = """
  CASE WHEN s.error IS NOT NULL THEN 'invalid'
       WHEN NOT s.known THEN 'created'
       WHEN s.enterprise_changed OR (s.is_survey AND NOT s.profile_known) OR s.profile_changed OR s.figure_changed
         OR s.membership_changed OR s.membership_new OR s.late_new OR cardinality(s.honours_new) > 0 THEN 'updated'
       ELSE 'unchanged' END"""


_REGISTER = [
    entry("name", "s.name <> s.e_name", text("s.e_name"), text("s.name")),
    entry("kind", "s.kind <> s.e_kind", text("s.e_kind"), text("s.kind")),
    entry("town", "s.town <> s.e_town", name_of("territory_town", "s.e_town"), name_of("territory_town", "s.town")),
    entry("address", "s.address <> s.e_address", text("s.e_address"), text("s.address")),
    entry("founded_on", "s.founded_on IS NOT NULL AND s.founded_on IS DISTINCT FROM s.e_founded_on",
           day("s.e_founded_on"), day("s.founded_on")),
    entry("status", "s.status <> s.e_status", text("s.e_status"), text("s.status")),
    entry("industry_code", "s.industry_code <> s.e_industry_code", text("s.e_industry_code"),
           text("s.industry_code")),
    entry("chain", "s.membership_new", "'null'", name_of("chains_chain", "s.chain")),
    entry("segment", "s.segment_id IS NOT NULL AND s.segment_id IS DISTINCT FROM s.m_segment",
           name_of("chains_segment", "s.m_segment"), text("s.segment")),
    entry("chain_role", "s.chain_role IS NOT NULL AND s.chain_role IS DISTINCT FROM s.m_role", text("s.m_role"),
           text("s.chain_role")),
    entry("revenue", "s.revenue IS NOT NULL AND s.revenue IS DISTINCT FROM s.f_revenue"
           " AND (s.applies OR s.f_revenue IS NULL)", text("s.f_revenue::text"), text("s.revenue::text")),
    entry("honours", "cardinality(s.honours_new) > 0", "'null'", text("array_to_string(s.honours_new, '、')")),
    entry("surveyed_on", "s.applies AND s.surveyed_on IS NOT NULL AND s.surveyed_on IS DISTINCT FROM s.p_surveyed_on",
           day("s.p_surveyed_on"), day("s.surveyed_on")),
    entry("survey_method", "s.applies AND s.survey_method IS DISTINCT FROM s.p_survey_method"
           " AND s.survey_method IS NOT NULL", text("s.p_survey_method"), text("s.survey_method")),
    entry("late_survey", "s.late_new", day("s.p_surveyed_on"), day("s.survey_day")),
]  # fmt: skip
# What a survey lists in `changes`, in the order of profile/rules.PROFILE_FIELDS. Old personal values are ciphertext.
_PROFILE = [
    entry("full_members", "s.full_members <> s.p_full_members", plain("s.p_full_members"),
           plain("s.full_members")),
    entry("probationary_members", "s.probationary_members <> s.p_probationary_members",
           plain("s.p_probationary_members"), plain("s.probationary_members")),
    entry("organization_form", "s.organization_form <> s.p_form", text("s.p_form"), text("s.organization_form")),
    entry("organization", "CASE WHEN s.organization_form = 'none' THEN s.p_organization_name <> ''"
           " ELSE s.organization_name <> s.p_organization_name END", text("s.p_organization_name"),
           text("coalesce(s.organization_name, '')")),
    entry("establishment_mode", "CASE WHEN s.organization_form = 'none' THEN s.p_mode IS NOT NULL"
           " ELSE s.establishment_mode IS NOT NULL AND s.establishment_mode IS DISTINCT FROM s.p_mode END",
           name_of("chains_establishmentmode", "s.p_mode"), name_of("chains_establishmentmode", "s.establishment_mode")),
    *(entry(name, f"s.{name}_differs", text(f"coalesce(s.p_{name}, '')"), text(f"s.{name}_mask"))
      for name in ("secretary_name", "secretary_phone", "contact_name", "contact_phone")),
    entry("employees", "s.employees IS NOT NULL AND s.employees IS DISTINCT FROM s.e_employees",
           plain("s.e_employees"), plain("s.employees")),
]  # fmt: skip

CHANGES = listing(
    [*_REGISTER, f"CASE WHEN s.applies THEN nullif(concat_ws(',', {', '.join(_PROFILE)}), '') END"]
)
SURVEY_CHANGES = listing(_PROFILE)

CLASSIFY = f"""{COMPARED}
INSERT INTO verdict (row_no, outcome, changes, faults, error, value)
SELECT s.row_no, v.outcome, CASE WHEN v.outcome = 'updated' THEN {CHANGES} ELSE '[]' END,
  CASE WHEN s.error = 'ended_organization' THEN jsonb_build_array(jsonb_build_object('field', 'organization_name',
    'value', s.organization_name, 'code', 'refused', 'message', %(ended)s::text)) END, s.error,
  CASE s.error
    WHEN 'town' THEN (SELECT t.name FROM territory_town t WHERE t.id = s.town)
    WHEN 'segment' THEN s.segment
    WHEN 'surveyed_on' THEN s.surveyed_on::text
    WHEN 'organization_name' THEN s.organization_name
    WHEN 'establishment_mode' THEN (
      SELECT m.name FROM chains_establishmentmode m WHERE m.id = s.establishment_mode) END
FROM compared s CROSS JOIN LATERAL (SELECT {OUTCOME} AS outcome OFFSET 0) AS v
"""  # noqa: S608

CREATE_PLAN = """
CREATE TEMPORARY TABLE enterprise_plan (
  row_no int, uscc text, enterprise_id bigint, known boolean,
  name text, kind text, status text, town_id bigint, address text, founded_on date, industry_code text,
  chain_id bigint, segment_id bigint, role text, membership_id bigint,
  employees int, revenue numeric(16, 2), figure_year int,
  full_members int, probationary_members int, organization_form text, organization_name text,
  establishment_mode_id bigint,
  secretary_name text, secretary_phone text, contact_name text, contact_phone text,
  secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
  surveyed_on date, survey_method text, applies boolean,
  enterprise_changed boolean, figure_changed boolean, membership_changed boolean, membership_new boolean,
  honours_new text[], profile_new boolean, profile_changed boolean, survey_new boolean,
  survey_changes jsonb, outcome text, error text
) ON COMMIT DROP
"""

# New enterprises get their id here, so that the other tables can be filled at once.
PLAN = f"""{COMPARED}
INSERT INTO enterprise_plan
SELECT
  s.row_no, s.uscc,
  coalesce(s.enterprise_id, nextval(pg_get_serial_sequence('enterprises_enterprise', 'id'))), s.known,
  s.name, s.kind, s.status, s.town, s.address, s.founded_on, s.industry_code,
  s.chain, s.segment_id, s.chain_role, s.membership_id,
  s.employees, s.revenue, s.figure_year,
  s.full_members, s.probationary_members, s.organization_form, s.organization_name, s.establishment_mode,
  s.secretary_name, s.secretary_phone, s.contact_name, s.contact_phone,
  s.secretary_name_bidx, s.secretary_phone_bidx, s.contact_name_bidx, s.contact_phone_bidx,
  s.survey_day, coalesce(s.survey_method, 'annual_report'), s.applies,
  s.enterprise_changed, s.figure_changed, s.membership_changed, s.membership_new, s.honours_new,
  NOT s.known OR (s.is_survey AND NOT s.profile_known), s.profile_known AND s.profile_changed, v.survey_new,
  CASE WHEN v.survey_new AND s.applies THEN {SURVEY_CHANGES} ELSE '[]' END, {OUTCOME}, s.error
FROM compared s CROSS JOIN LATERAL (
  -- A survey is kept when it says something new: it changes the profile, or it is an older one not kept yet.
  SELECT s.is_survey AND (NOT s.profile_known OR s.profile_changed OR s.late_new) AS survey_new OFFSET 0) AS v
"""  # noqa: S608

PLAN_VERDICT = """
INSERT INTO verdict (row_no, outcome, changes, error) SELECT row_no, outcome, '[]', error FROM enterprise_plan
"""
