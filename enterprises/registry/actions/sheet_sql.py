"""The statements of the enterprise sheet. Each works on one slice of rows at a time; blank cells (NULL) leave what is
stored. `sheet.py` says in which order and why."""

# One row of the sheet with typed values, and what follows from comparing it with what is stored.
CREATE_PLAN = """
CREATE TEMPORARY TABLE enterprise_plan (
  row_no int, uscc text, enterprise_id bigint, known boolean, error text,
  name text, kind text, status text, town_id bigint, address text, founded_on date, industry_code text,
  chain_id bigint, segment_id bigint, role text, membership_id bigint,
  employees int, revenue numeric(16, 2), figure_year int,
  full_members int, probationary_members int, organization_form text, organization_name text,
  establishment_mode_id bigint,
  secretary_name text, secretary_phone text, contact_name text, contact_phone text,
  secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
  surveyed_on date, survey_method text, applies boolean,
  enterprise_changed boolean, figure_changed boolean, membership_changed boolean, honours_new text[],
  profile_missing boolean, profile_changed boolean, survey_new boolean,
  changes jsonb, survey_changes jsonb
) ON COMMIT DROP
"""

LOCK_KNOWN = """
SELECT count(*) FROM (
  SELECT e.id FROM enterprises_enterprise e WHERE e.uscc IN (SELECT key FROM incoming)
  ORDER BY e.uscc FOR NO KEY UPDATE) AS locked
"""

# %(district)s, %(towns)s (NULL: all), %(today)s, %(assign)s (new rows get their id here)
FILL_PLAN = """
INSERT INTO enterprise_plan
SELECT
  s.row_no, s.uscc,
  CASE WHEN s.known THEN s.enterprise_id
       WHEN %(assign)s THEN nextval(pg_get_serial_sequence('enterprises_enterprise', 'id')) END,
  s.known, s.error,
  s.name, s.kind, s.status, s.town, s.address, s.founded_on, s.industry_code,
  s.chain, s.segment_id, s.chain_role, s.membership_id,
  s.employees, s.revenue, s.figure_year,
  s.full_members, s.probationary_members, s.organization_form, s.organization_name, s.establishment_mode,
  s.secretary_name, s.secretary_phone, s.contact_name, s.contact_phone,
  s.secretary_name_bidx, s.secretary_phone_bidx, s.contact_name_bidx, s.contact_phone_bidx,
  s.survey_day, coalesce(s.survey_method, 'annual_report'), s.applies,
  s.enterprise_changed, s.figure_changed, s.membership_changed, s.honours_new,
  s.is_survey AND NOT s.profile_known,
  s.profile_known AND s.profile_changed,
  -- A survey is kept when it says something new: it changes the profile, or it is an older one not kept yet.
  s.is_survey AND (NOT s.profile_known OR (s.applies AND s.profile_changed) OR s.late_new),
  coalesce(d.changes, '[]'), coalesce(d.survey_changes, '[]')
FROM (
  SELECT
    i.row_no, r.*, e.id AS enterprise_id, e.id IS NOT NULL AS known, p.enterprise_id IS NOT NULL AS profile_known,
    g.id AS segment_id, m.id AS membership_id, m.segment_id AS m_segment, m.role AS m_role, f.revenue AS f_revenue,
    q.survey_day, q.figure_year, q.applies, q.is_survey, q.p_organization_name,
    e.name AS e_name, e.kind AS e_kind, e.status AS e_status, e.town_id AS e_town, e.address AS e_address,
    e.founded_on AS e_founded_on, e.industry_code AS e_industry_code, e.employees AS e_employees,
    p.full_members AS p_full_members, p.probationary_members AS p_probationary_members,
    coalesce(p.organization_form, 'none') AS p_form, p.establishment_mode_id AS p_mode,
    p.secretary_name AS p_secretary_name, p.secretary_phone AS p_secretary_phone,
    p.contact_name AS p_contact_name, p.contact_phone AS p_contact_phone,
    p.surveyed_on AS p_surveyed_on, p.survey_method AS p_survey_method,
    coalesce(r.secretary_name_bidx <> coalesce(p.secretary_name_bidx, ''), false) AS secretary_name_changed,
    coalesce(r.secretary_phone_bidx <> coalesce(p.secretary_phone_bidx, ''), false) AS secretary_phone_changed,
    coalesce(r.contact_name_bidx <> coalesce(p.contact_name_bidx, ''), false) AS contact_name_changed,
    coalesce(r.contact_phone_bidx <> coalesce(p.contact_phone_bidx, ''), false) AS contact_phone_changed,
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
      OR (r.surveyed_on IS NOT NULL AND r.surveyed_on IS DISTINCT FROM p.surveyed_on)
      OR coalesce(r.survey_method <> p.survey_method, false)) AS profile_changed,
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
    (r.employees IS NOT NULL AND r.employees IS DISTINCT FROM f.employees
        AND (q.applies OR f.employees IS NULL))
      OR (r.revenue IS NOT NULL AND r.revenue IS DISTINCT FROM f.revenue AND (q.applies OR f.revenue IS NULL))
      AS figure_changed,
    m.id IS NOT NULL AND ((g.id IS NOT NULL AND g.id IS DISTINCT FROM m.segment_id)
      OR (r.chain_role IS NOT NULL AND r.chain_role <> m.role)) AS membership_changed,
    CASE WHEN r.honours IS NOT NULL THEN ARRAY(
      SELECT DISTINCT h FROM unnest(r.honours) AS h
      WHERE e.id IS NULL OR NOT EXISTS (
        SELECT 1 FROM enterprises_honour k WHERE k.enterprise_id = e.id AND k.name = h)) END AS honours_new,
    -- The column that keeps this row out, by what is stored; nothing is said about an enterprise outside the scope.
    CASE
      WHEN e.district_id <> %(district)s OR e.town_id <> ALL (%(towns)s::bigint[])
        OR r.town <> ALL (%(towns)s::bigint[]) THEN 'town'
      WHEN r.segment IS NOT NULL AND g.id IS NULL THEN 'segment'
      WHEN q.applies AND coalesce(r.organization_form, p.organization_form, 'none') = 'none' THEN
        CASE WHEN r.organization_name IS NOT NULL THEN 'organization_name'
             WHEN r.establishment_mode IS NOT NULL THEN 'establishment_mode' END
      WHEN r.surveyed_on < coalesce(r.founded_on, e.founded_on) THEN 'surveyed_on'
    END AS error
  FROM incoming i
  CROSS JOIN LATERAL jsonb_to_record(i.values) AS r (
    uscc text, name text, kind text, town bigint, address text, founded_on date, status text, industry_code text,
    chain bigint, segment text, chain_role text, employees int, revenue numeric(16, 2), full_members int,
    probationary_members int, organization_form text, organization_name text, establishment_mode bigint,
    secretary_name text, secretary_phone text, contact_name text, contact_phone text,
    secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
    secretary_name_mask text, secretary_phone_mask text, contact_name_mask text, contact_phone_mask text,
    surveyed_on date, survey_method text, honours text[])
  LEFT JOIN chains_segment g ON g.chain_id = r.chain AND g.name = r.segment
  LEFT JOIN enterprises_enterprise e ON e.uscc = r.uscc
  LEFT JOIN enterprises_partyprofile p ON p.enterprise_id = e.id
  CROSS JOIN LATERAL (
    SELECT coalesce(r.surveyed_on, %(today)s::date) AS survey_day,
           extract(year FROM coalesce(r.surveyed_on, %(today)s::date))::int - 1 AS figure_year,
           coalesce(r.surveyed_on >= p.surveyed_on, true) AS applies,
           num_nonnulls(r.surveyed_on, r.full_members, r.probationary_members, r.organization_form,
             r.organization_name, r.establishment_mode, r.secretary_name, r.secretary_phone, r.contact_name,
             r.contact_phone) > 0 AS is_survey,
           coalesce(nullif(p.organization_name, ''), (
             SELECT o.name FROM chains_partyorganization o WHERE o.id = p.organization_id), '')
             AS p_organization_name) AS q
  LEFT JOIN enterprises_chainmembership m
    ON m.enterprise_id = e.id AND m.chain_id = r.chain AND m.ended_on IS NULL
  LEFT JOIN enterprises_annualfigure f ON f.enterprise_id = e.id AND f.year = q.figure_year
) AS s
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('field', c.field, 'old', c.old, 'new', c.new))
           FILTER (WHERE s.known) AS changes,
         jsonb_agg(jsonb_build_object('field', c.field, 'old', c.old, 'new', c.new))
           FILTER (WHERE c.of_survey) AS survey_changes
  FROM (VALUES
    ('name', false, s.name <> s.e_name, to_jsonb(s.e_name), to_jsonb(s.name)),
    ('kind', false, s.kind <> s.e_kind, to_jsonb(s.e_kind), to_jsonb(s.kind)),
    ('town', false, s.town <> s.e_town,
      CASE WHEN s.town <> s.e_town THEN (SELECT to_jsonb(t.name) FROM territory_town t WHERE t.id = s.e_town) END,
      CASE WHEN s.town <> s.e_town THEN (SELECT to_jsonb(t.name) FROM territory_town t WHERE t.id = s.town) END),
    ('address', false, s.address <> s.e_address, to_jsonb(s.e_address), to_jsonb(s.address)),
    ('founded_on', false, s.known AND s.founded_on IS NOT NULL AND s.founded_on IS DISTINCT FROM s.e_founded_on,
      to_jsonb(s.e_founded_on), to_jsonb(s.founded_on)),
    ('status', false, s.status <> s.e_status, to_jsonb(s.e_status), to_jsonb(s.status)),
    ('industry_code', false, s.industry_code <> s.e_industry_code,
      to_jsonb(s.e_industry_code), to_jsonb(s.industry_code)),
    ('chain', false, s.known AND s.chain IS NOT NULL AND s.membership_id IS NULL, NULL,
      CASE WHEN s.membership_id IS NULL THEN (
        SELECT to_jsonb(n.name) FROM chains_chain n WHERE n.id = s.chain) END),
    ('segment', false, s.known AND s.segment_id IS NOT NULL AND s.segment_id IS DISTINCT FROM s.m_segment,
      CASE WHEN s.segment_id IS DISTINCT FROM s.m_segment THEN (
        SELECT to_jsonb(n.name) FROM chains_segment n WHERE n.id = s.m_segment) END, to_jsonb(s.segment)),
    ('chain_role', false, s.known AND s.chain_role IS NOT NULL AND s.chain_role IS DISTINCT FROM s.m_role,
      to_jsonb(s.m_role), to_jsonb(s.chain_role)),
    ('revenue', false, s.known AND s.revenue IS DISTINCT FROM s.f_revenue AND s.revenue IS NOT NULL
        AND (s.applies OR s.f_revenue IS NULL),
      to_jsonb(s.f_revenue::text), to_jsonb(s.revenue::text)),
    ('honours', false, cardinality(s.honours_new) > 0, NULL, to_jsonb(array_to_string(s.honours_new, '、'))),
    ('full_members', true, s.applies AND s.full_members <> coalesce(s.p_full_members, 0),
      to_jsonb(coalesce(s.p_full_members, 0)), to_jsonb(s.full_members)),
    ('probationary_members', true, s.applies AND s.probationary_members <> coalesce(s.p_probationary_members, 0),
      to_jsonb(coalesce(s.p_probationary_members, 0)), to_jsonb(s.probationary_members)),
    ('organization_form', true, s.applies AND s.organization_form <> s.p_form,
      to_jsonb(s.p_form), to_jsonb(s.organization_form)),
    ('organization', true, s.applies AND CASE WHEN s.organization_form = 'none' THEN s.p_organization_name <> ''
        ELSE s.organization_name <> s.p_organization_name END,
      to_jsonb(s.p_organization_name), to_jsonb(coalesce(s.organization_name, ''))),
    ('establishment_mode', true, s.applies AND CASE WHEN s.organization_form = 'none' THEN s.p_mode IS NOT NULL
        ELSE s.establishment_mode IS NOT NULL AND s.establishment_mode IS DISTINCT FROM s.p_mode END,
      CASE WHEN s.establishment_mode IS DISTINCT FROM s.p_mode THEN coalesce((
        SELECT to_jsonb(n.name) FROM chains_establishmentmode n WHERE n.id = s.p_mode), '""') END,
      CASE WHEN s.establishment_mode IS DISTINCT FROM s.p_mode THEN coalesce((
        SELECT to_jsonb(n.name) FROM chains_establishmentmode n WHERE n.id = s.establishment_mode), '""') END),
    ('secretary_name', true, s.applies AND s.secretary_name_changed,
      to_jsonb(coalesce(s.p_secretary_name, '')), to_jsonb(s.secretary_name_mask)),
    ('secretary_phone', true, s.applies AND s.secretary_phone_changed,
      to_jsonb(coalesce(s.p_secretary_phone, '')), to_jsonb(s.secretary_phone_mask)),
    ('contact_name', true, s.applies AND s.contact_name_changed,
      to_jsonb(coalesce(s.p_contact_name, '')), to_jsonb(s.contact_name_mask)),
    ('contact_phone', true, s.applies AND s.contact_phone_changed,
      to_jsonb(coalesce(s.p_contact_phone, '')), to_jsonb(s.contact_phone_mask)),
    ('employees', true, s.applies AND s.employees IS NOT NULL AND s.employees IS DISTINCT FROM s.e_employees,
      to_jsonb(s.e_employees), to_jsonb(s.employees)),
    ('surveyed_on', false, s.known AND s.applies AND s.surveyed_on IS NOT NULL
        AND s.surveyed_on IS DISTINCT FROM s.p_surveyed_on,
      to_jsonb(s.p_surveyed_on), to_jsonb(s.surveyed_on)),
    ('survey_method', false, s.applies AND s.survey_method <> s.p_survey_method,
      to_jsonb(s.p_survey_method), to_jsonb(s.survey_method)),
    ('late_survey', false, s.late_new, to_jsonb(s.p_surveyed_on), to_jsonb(s.survey_day))
  ) AS c (field, of_survey, differs, old, new)
  WHERE c.differs AND s.error IS NULL
    AND (NOT s.known OR s.enterprise_changed OR s.profile_changed OR s.figure_changed OR s.membership_changed
      OR s.late_new OR s.membership_id IS NULL OR cardinality(s.honours_new) > 0)
) AS d ON true
"""

FILL_VERDICT = """
INSERT INTO verdict (row_no, outcome, changes, error, value)
SELECT p.row_no,
  CASE WHEN error IS NOT NULL THEN 'invalid'
       WHEN NOT known THEN 'created'
       WHEN enterprise_changed OR profile_missing OR profile_changed OR figure_changed OR membership_changed
         OR survey_new OR (chain_id IS NOT NULL AND membership_id IS NULL) OR cardinality(honours_new) > 0
         THEN 'updated'
       ELSE 'unchanged' END,
  CASE WHEN error IS NULL THEN changes ELSE '[]' END, error,
  CASE error
    WHEN 'town' THEN (SELECT t.name FROM territory_town t WHERE t.id = p.town_id)
    WHEN 'establishment_mode' THEN (
      SELECT m.name FROM chains_establishmentmode m WHERE m.id = p.establishment_mode_id)
    ELSE i.values ->> error END
FROM enterprise_plan p LEFT JOIN incoming i ON p.error IS NOT NULL AND i.row_no = p.row_no
"""

# Old personal values come as ciphertext; a survey keeps them masked.
SURVEY_CHANGES_TO_MASK = """
SELECT row_no, survey_changes FROM enterprise_plan
WHERE error IS NULL AND known AND survey_new AND EXISTS (
  SELECT 1 FROM jsonb_array_elements(survey_changes) AS c WHERE c ->> 'old' LIKE 'v1:' || chr(37))
"""

MASKED_SURVEY_CHANGES = """
UPDATE enterprise_plan p SET survey_changes = m.changes::jsonb
FROM unnest(%s::int[], %s::text[]) AS m (row_no, changes) WHERE m.row_no = p.row_no
"""

INSERT_ENTERPRISES = """
INSERT INTO enterprises_enterprise (id, uscc, name, kind, status, district_id, town_id, address, founded_on,
  industry_code, employees, version, created_at, updated_at)
SELECT enterprise_id, uscc, name, kind, coalesce(status, 'active'), %(district)s, town_id, coalesce(address, ''),
  founded_on, coalesce(industry_code, ''), employees, 1, statement_timestamp(), statement_timestamp()
FROM enterprise_plan WHERE NOT known AND error IS NULL ORDER BY row_no
ON CONFLICT (uscc) DO NOTHING
"""

UPDATE_ENTERPRISES = """
UPDATE enterprises_enterprise e SET
  name = s.name, kind = s.kind, town_id = s.town_id, status = coalesce(s.status, e.status),
  address = coalesce(s.address, e.address), founded_on = coalesce(s.founded_on, e.founded_on),
  industry_code = coalesce(s.industry_code, e.industry_code),
  employees = CASE WHEN s.applies THEN coalesce(s.employees, e.employees) ELSE e.employees END,
  version = e.version + 1, updated_at = statement_timestamp()
FROM enterprise_plan s
WHERE e.id = s.enterprise_id AND s.known AND s.error IS NULL AND s.enterprise_changed
"""

INSERT_PROFILES = """
INSERT INTO enterprises_partyprofile (enterprise_id, full_members, probationary_members, organization_form,
  organization_id, organization_name, establishment_mode_id, secretary_name, secretary_phone, contact_name,
  contact_phone, secretary_name_bidx, secretary_phone_bidx, contact_name_bidx, contact_phone_bidx, surveyed_on,
  survey_method, version)
SELECT s.enterprise_id, coalesce(s.full_members, 0), coalesce(s.probationary_members, 0),
  coalesce(s.organization_form, 'none'), o.id, coalesce(s.organization_name, ''), s.establishment_mode_id,
  coalesce(s.secretary_name, ''), coalesce(s.secretary_phone, ''), coalesce(s.contact_name, ''),
  coalesce(s.contact_phone, ''), coalesce(s.secretary_name_bidx, ''), coalesce(s.secretary_phone_bidx, ''),
  coalesce(s.contact_name_bidx, ''), coalesce(s.contact_phone_bidx, ''),
  CASE WHEN s.survey_new THEN s.surveyed_on END, CASE WHEN s.survey_new THEN s.survey_method ELSE '' END, 1
FROM enterprise_plan s
LEFT JOIN chains_partyorganization o
  ON o.district_id = %(district)s AND o.name = s.organization_name AND o.status = 'active'
WHERE s.error IS NULL AND (NOT s.known OR s.profile_missing)
"""

UPDATE_PROFILES = """
UPDATE enterprises_partyprofile p SET
  full_members = coalesce(s.full_members, p.full_members),
  probationary_members = coalesce(s.probationary_members, p.probationary_members),
  organization_form = coalesce(s.organization_form, p.organization_form),
  organization_id = CASE WHEN s.organization_form = 'none' THEN NULL
    WHEN s.organization_name IS NOT NULL THEN o.id ELSE p.organization_id END,
  organization_name = CASE WHEN s.organization_form = 'none' THEN ''
    ELSE coalesce(s.organization_name, p.organization_name) END,
  establishment_mode_id = CASE WHEN s.organization_form = 'none' THEN NULL
    ELSE coalesce(s.establishment_mode_id, p.establishment_mode_id) END,
  secretary_name = CASE WHEN s.secretary_name_bidx IS DISTINCT FROM p.secretary_name_bidx
    THEN coalesce(s.secretary_name, p.secretary_name) ELSE p.secretary_name END,
  secretary_phone = CASE WHEN s.secretary_phone_bidx IS DISTINCT FROM p.secretary_phone_bidx
    THEN coalesce(s.secretary_phone, p.secretary_phone) ELSE p.secretary_phone END,
  contact_name = CASE WHEN s.contact_name_bidx IS DISTINCT FROM p.contact_name_bidx
    THEN coalesce(s.contact_name, p.contact_name) ELSE p.contact_name END,
  contact_phone = CASE WHEN s.contact_phone_bidx IS DISTINCT FROM p.contact_phone_bidx
    THEN coalesce(s.contact_phone, p.contact_phone) ELSE p.contact_phone END,
  secretary_name_bidx = coalesce(s.secretary_name_bidx, p.secretary_name_bidx),
  secretary_phone_bidx = coalesce(s.secretary_phone_bidx, p.secretary_phone_bidx),
  contact_name_bidx = coalesce(s.contact_name_bidx, p.contact_name_bidx),
  contact_phone_bidx = coalesce(s.contact_phone_bidx, p.contact_phone_bidx),
  surveyed_on = s.surveyed_on, survey_method = s.survey_method, version = p.version + 1
FROM enterprise_plan s
LEFT JOIN chains_partyorganization o
  ON o.district_id = %(district)s AND o.name = s.organization_name AND o.status = 'active'
WHERE p.enterprise_id = s.enterprise_id AND s.error IS NULL AND s.profile_changed
"""

# What an older survey says of a year fills gaps only.
UPSERT_FIGURES = """
INSERT INTO enterprises_annualfigure AS f (enterprise_id, year, employees, revenue)
SELECT enterprise_id, figure_year, employees, revenue FROM enterprise_plan
WHERE error IS NULL AND figure_changed AND applies
ON CONFLICT (enterprise_id, year) DO UPDATE SET
  employees = coalesce(excluded.employees, f.employees), revenue = coalesce(excluded.revenue, f.revenue)
"""

FILL_FIGURES = """
INSERT INTO enterprises_annualfigure AS f (enterprise_id, year, employees, revenue)
SELECT enterprise_id, figure_year, employees, revenue FROM enterprise_plan
WHERE error IS NULL AND figure_changed AND NOT applies
ON CONFLICT (enterprise_id, year) DO UPDATE SET
  employees = coalesce(f.employees, excluded.employees), revenue = coalesce(f.revenue, excluded.revenue)
"""

INSERT_MEMBERSHIPS = """
INSERT INTO enterprises_chainmembership (enterprise_id, chain_id, segment_id, role, started_on)
SELECT enterprise_id, chain_id, segment_id, coalesce(role, 'supporting'), surveyed_on FROM enterprise_plan
WHERE error IS NULL AND chain_id IS NOT NULL AND membership_id IS NULL
"""

UPDATE_MEMBERSHIPS = """
UPDATE enterprises_chainmembership m SET
  segment_id = coalesce(s.segment_id, m.segment_id), role = coalesce(s.role, m.role)
FROM enterprise_plan s WHERE m.id = s.membership_id AND s.error IS NULL AND s.membership_changed
"""

INSERT_HONOURS = """
INSERT INTO enterprises_honour (enterprise_id, name)
SELECT s.enterprise_id, h FROM enterprise_plan s, unnest(s.honours_new) AS h WHERE s.error IS NULL
ON CONFLICT (enterprise_id, name) DO NOTHING
"""

INSERT_SURVEYS = """
INSERT INTO enterprises_survey (enterprise_id, surveyed_on, method, full_members, probationary_members,
  organization_form, organization_name, establishment_mode_id, employees, note, changes, applied, recorded_by_id,
  import_id, recorded_at)
SELECT enterprise_id, surveyed_on, survey_method, full_members, probationary_members,
  coalesce(organization_form, ''), coalesce(organization_name, ''), establishment_mode_id, employees, '',
  survey_changes, applies, %(user)s, %(import)s, statement_timestamp()
FROM enterprise_plan WHERE error IS NULL AND survey_new
"""

WRITES = (
    UPDATE_ENTERPRISES,
    INSERT_PROFILES,
    UPDATE_PROFILES,
    UPSERT_FIGURES,
    FILL_FIGURES,
    INSERT_MEMBERSHIPS,
    UPDATE_MEMBERSHIPS,
    INSERT_HONOURS,
    INSERT_SURVEYS,
)
