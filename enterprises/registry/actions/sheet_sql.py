"""The statements of the enterprise sheet. Each works on one slice of rows at a time; blank cells (NULL) leave what is
stored. `sheet.py` says in which order and why."""

# One row of the sheet with typed values, beside what is stored, and what follows from the two.
CREATE_PLAN = """
CREATE TEMPORARY TABLE enterprise_plan (
  row_no int NOT NULL, uscc text NOT NULL, enterprise_id bigint, known boolean NOT NULL,
  name text, kind text, status text, town_id bigint, address text, founded_on date, industry_code text,
  chain_id bigint, segment_id bigint, role text, membership_id bigint, membership_changed boolean NOT NULL,
  employees int, revenue numeric(16, 2), figure_year int, figure_changed boolean NOT NULL,
  full_members int, probationary_members int, organization_form text, organization_name text,
  establishment_mode_id bigint,
  secretary_name text, secretary_phone text, contact_name text, contact_phone text,
  secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
  surveyed_on date, survey_method text, applies boolean NOT NULL, survey_new boolean NOT NULL,
  enterprise_changed boolean NOT NULL, profile_known boolean NOT NULL, profile_changed boolean NOT NULL,
  honours_new text[], changes jsonb NOT NULL, survey_changes jsonb NOT NULL, error text
) ON COMMIT DROP
"""

LOCK_KNOWN = """
SELECT e.id FROM enterprises_enterprise e JOIN incoming i ON i.key = e.uscc ORDER BY e.uscc FOR NO KEY UPDATE OF e
"""

# %(district)s %(towns)s (NULL: all) %(today)s %(assign_ids)s
FILL_PLAN = """
INSERT INTO enterprise_plan
SELECT
  s.row_no, s.uscc,
  CASE WHEN s.known THEN s.enterprise_id
       WHEN %(assign_ids)s THEN nextval(pg_get_serial_sequence('enterprises_enterprise', 'id')) END,
  s.known, s.name, s.kind, s.status, s.town, s.address, s.founded_on, s.industry_code,
  s.chain, s.segment, s.role, s.membership_id, s.membership_changed,
  s.employees, s.revenue, s.figure_year, s.figure_changed,
  s.full_members, s.probationary_members, s.organization_form, s.organization_name, s.establishment_mode,
  s.secretary_name, s.secretary_phone, s.contact_name, s.contact_phone,
  s.secretary_name_bidx, s.secretary_phone_bidx, s.contact_name_bidx, s.contact_phone_bidx,
  s.survey_day, coalesce(s.survey_method, 'annual_report'), s.applies,
  -- A survey is kept when it says something new: it changes the profile, or it is an older one not yet kept.
  s.is_survey AND CASE
    WHEN NOT s.known OR NOT s.profile_known THEN true
    WHEN s.applies THEN s.profile_changed
    ELSE NOT EXISTS (
      SELECT 1 FROM enterprises_survey v
      WHERE v.enterprise_id = s.enterprise_id AND v.surveyed_on = s.survey_day
        AND v.method = coalesce(s.survey_method, 'annual_report')
        AND v.full_members IS NOT DISTINCT FROM s.full_members
        AND v.probationary_members IS NOT DISTINCT FROM s.probationary_members
        AND v.organization_form = coalesce(s.organization_form, '')
        AND v.organization_name = coalesce(s.organization_name, '')
        AND v.establishment_mode_id IS NOT DISTINCT FROM s.establishment_mode
        AND v.employees IS NOT DISTINCT FROM s.employees)
  END,
  s.enterprise_changed, s.profile_known, s.known AND s.profile_known AND s.profile_changed,
  s.honours_new, coalesce(d.changes, '[]'), coalesce(d.survey_changes, '[]'), s.error
FROM (
  SELECT
    i.row_no, r.*, e.id AS enterprise_id, e.id IS NOT NULL AS known, p.enterprise_id IS NOT NULL AS profile_known,
    m.id AS membership_id, day.survey_day, day.figure_year, say.applies, say.is_survey,
    e.name AS e_name, e.kind AS e_kind, e.status AS e_status, e.town_id AS e_town, e.address AS e_address,
    e.founded_on AS e_founded_on, e.industry_code AS e_industry_code, e.employees AS e_employees,
    coalesce(p.full_members, 0) AS p_full_members,
    coalesce(p.probationary_members, 0) AS p_probationary_members,
    coalesce(p.organization_form, 'none') AS p_organization_form,
    say.p_organization_name, p.establishment_mode_id AS p_mode,
    coalesce(p.secretary_name, '') AS p_secretary_name, coalesce(p.secretary_phone, '') AS p_secretary_phone,
    coalesce(p.contact_name, '') AS p_contact_name, coalesce(p.contact_phone, '') AS p_contact_phone,
    p.surveyed_on AS p_surveyed_on, coalesce(p.survey_method, '') AS p_survey_method,
    m.segment_id AS m_segment, m.role AS m_role, f.revenue AS f_revenue, f.employees AS f_employees,
    coalesce(r.name <> e.name OR r.kind <> e.kind OR r.town <> e.town_id OR r.status <> e.status
      OR r.address <> e.address OR r.founded_on IS DISTINCT FROM coalesce(e.founded_on, r.founded_on)
      OR (r.founded_on IS NOT NULL AND e.founded_on IS NULL) OR r.industry_code <> e.industry_code
      OR (say.applies AND r.employees IS NOT NULL AND r.employees IS DISTINCT FROM e.employees), false)
      AS enterprise_changed,
    say.applies AND (
      coalesce(r.full_members <> p.full_members, false)
      OR coalesce(r.probationary_members <> p.probationary_members, false)
      OR coalesce(r.organization_form <> p.organization_form, false)
      OR coalesce(r.organization_name <> say.p_organization_name, false)
      OR (r.establishment_mode IS NOT NULL AND r.establishment_mode IS DISTINCT FROM p.establishment_mode_id)
      OR coalesce(r.secretary_name_bidx <> p.secretary_name_bidx, false)
      OR coalesce(r.secretary_phone_bidx <> p.secretary_phone_bidx, false)
      OR coalesce(r.contact_name_bidx <> p.contact_name_bidx, false)
      OR coalesce(r.contact_phone_bidx <> p.contact_phone_bidx, false)
      OR (r.surveyed_on IS NOT NULL AND r.surveyed_on IS DISTINCT FROM p.surveyed_on)
      OR coalesce(r.survey_method <> p.survey_method, false)) AS profile_changed,
    (r.employees IS NOT NULL AND r.employees IS DISTINCT FROM f.employees)
      OR (r.revenue IS NOT NULL AND r.revenue IS DISTINCT FROM f.revenue) AS figure_changed,
    m.id IS NOT NULL AND ((r.segment IS NOT NULL AND r.segment IS DISTINCT FROM m.segment_id)
      OR (r.role IS NOT NULL AND r.role <> m.role)) AS membership_changed,
    CASE WHEN r.honours IS NOT NULL THEN ARRAY(
      SELECT DISTINCT h FROM unnest(r.honours) AS h
      WHERE e.id IS NULL OR NOT EXISTS (
        SELECT 1 FROM enterprises_honour k WHERE k.enterprise_id = e.id AND k.name = h)) END AS honours_new,
    CASE
      WHEN e.id IS NOT NULL AND (e.district_id <> %(district)s
        OR (%(towns)s::bigint[] IS NOT NULL AND e.town_id <> ALL (%(towns)s::bigint[]))) THEN 'town'
      WHEN say.applies AND coalesce(r.organization_form, p.organization_form, 'none') = 'none'
        AND r.organization_name IS NOT NULL THEN 'organization_name'
      WHEN say.applies AND coalesce(r.organization_form, p.organization_form, 'none') = 'none'
        AND r.establishment_mode IS NOT NULL THEN 'establishment_mode'
      WHEN r.surveyed_on < coalesce(r.founded_on, e.founded_on) THEN 'surveyed_on'
    END AS error
  FROM incoming i
  CROSS JOIN LATERAL jsonb_to_record(i.values) AS r (
    uscc text, name text, kind text, town bigint, address text, founded_on date, status text, industry_code text,
    chain bigint, segment bigint, role text, employees int, revenue numeric(16, 2), full_members int,
    probationary_members int, organization_form text, organization_name text, establishment_mode bigint,
    secretary_name text, secretary_phone text, contact_name text, contact_phone text,
    secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
    secretary_name_mask text, secretary_phone_mask text, contact_name_mask text, contact_phone_mask text,
    surveyed_on date, survey_method text, honours text[])
  LEFT JOIN enterprises_enterprise e ON e.uscc = r.uscc
  LEFT JOIN enterprises_partyprofile p ON p.enterprise_id = e.id
  CROSS JOIN LATERAL (
    SELECT coalesce(r.surveyed_on, %(today)s::date) AS survey_day,
           extract(year FROM coalesce(r.surveyed_on, %(today)s::date))::int - 1 AS figure_year) AS day
  CROSS JOIN LATERAL (
    SELECT coalesce(r.surveyed_on >= p.surveyed_on, true) AS applies,
           num_nonnulls(r.surveyed_on, r.full_members, r.probationary_members, r.organization_form,
             r.organization_name, r.establishment_mode, r.secretary_name, r.secretary_phone, r.contact_name,
             r.contact_phone) > 0 AS is_survey,
           coalesce(nullif(p.organization_name, ''), (
             SELECT o.name FROM chains_partyorganization o WHERE o.id = p.organization_id), '')
             AS p_organization_name) AS say
  LEFT JOIN enterprises_chainmembership m
    ON m.enterprise_id = e.id AND m.chain_id = r.chain AND m.ended_on IS NULL
  LEFT JOIN enterprises_annualfigure f ON f.enterprise_id = e.id AND f.year = day.figure_year
) AS s
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('field', c.field, 'old', c.old, 'new', c.new)) AS changes,
         jsonb_agg(jsonb_build_object('field', c.field, 'old', c.old, 'new', c.new))
           FILTER (WHERE c.of_survey AND s.applies) AS survey_changes
  FROM (VALUES
    ('name', false, s.known AND s.name <> s.e_name, to_jsonb(s.e_name), to_jsonb(s.name)),
    ('kind', false, s.known AND s.kind <> s.e_kind, to_jsonb(s.e_kind), to_jsonb(s.kind)),
    ('status', false, s.known AND s.status <> s.e_status, to_jsonb(s.e_status), to_jsonb(s.status)),
    ('town', false, s.known AND s.town <> s.e_town, to_jsonb(s.e_town), to_jsonb(s.town)),
    ('address', false, s.known AND s.address <> s.e_address, to_jsonb(s.e_address), to_jsonb(s.address)),
    ('founded_on', false, s.known AND s.founded_on IS NOT NULL AND s.founded_on IS DISTINCT FROM s.e_founded_on,
      to_jsonb(s.e_founded_on), to_jsonb(s.founded_on)),
    ('industry_code', false, s.known AND s.industry_code <> s.e_industry_code,
      to_jsonb(s.e_industry_code), to_jsonb(s.industry_code)),
    ('chain', false, s.known AND s.chain IS NOT NULL AND s.membership_id IS NULL, NULL, to_jsonb(s.chain)),
    ('segment', false, s.known AND s.segment IS NOT NULL AND s.segment IS DISTINCT FROM s.m_segment,
      to_jsonb(s.m_segment), to_jsonb(s.segment)),
    ('role', false, s.known AND s.role IS NOT NULL AND s.role IS DISTINCT FROM s.m_role,
      to_jsonb(s.m_role), to_jsonb(s.role)),
    ('full_members', true, s.applies AND s.full_members <> s.p_full_members,
      to_jsonb(s.p_full_members), to_jsonb(s.full_members)),
    ('probationary_members', true, s.applies AND s.probationary_members <> s.p_probationary_members,
      to_jsonb(s.p_probationary_members), to_jsonb(s.probationary_members)),
    ('organization_form', true, s.applies AND s.organization_form <> s.p_organization_form,
      to_jsonb(s.p_organization_form), to_jsonb(s.organization_form)),
    ('organization', true, s.applies AND CASE WHEN s.organization_form = 'none' THEN s.p_organization_name <> ''
        ELSE s.organization_name <> s.p_organization_name END,
      to_jsonb(s.p_organization_name), to_jsonb(coalesce(s.organization_name, ''))),
    ('establishment_mode', true, s.applies AND CASE WHEN s.organization_form = 'none' THEN s.p_mode IS NOT NULL
        ELSE s.establishment_mode IS NOT NULL AND s.establishment_mode IS DISTINCT FROM s.p_mode END,
      to_jsonb(s.p_mode), to_jsonb(s.establishment_mode)),
    ('secretary_name', true, s.applies AND s.secretary_name_changed,
      to_jsonb(s.p_secretary_name), to_jsonb(s.secretary_name_mask)),
    ('secretary_phone', true, s.applies AND s.secretary_phone_changed,
      to_jsonb(s.p_secretary_phone), to_jsonb(s.secretary_phone_mask)),
    ('contact_name', true, s.applies AND s.contact_name_changed,
      to_jsonb(s.p_contact_name), to_jsonb(s.contact_name_mask)),
    ('contact_phone', true, s.applies AND s.contact_phone_changed,
      to_jsonb(s.p_contact_phone), to_jsonb(s.contact_phone_mask)),
    ('employees', true, s.applies AND s.employees IS NOT NULL AND s.employees IS DISTINCT FROM s.e_employees,
      to_jsonb(s.e_employees), to_jsonb(s.employees)),
    ('surveyed_on', false, s.known AND s.surveyed_on IS NOT NULL AND s.surveyed_on IS DISTINCT FROM s.p_surveyed_on,
      to_jsonb(s.p_surveyed_on), to_jsonb(s.surveyed_on)),
    ('survey_method', false, s.known AND s.applies AND s.survey_method <> s.p_survey_method,
      to_jsonb(s.p_survey_method), to_jsonb(s.survey_method)),
    ('revenue', false, s.known AND s.revenue IS NOT NULL AND s.revenue IS DISTINCT FROM s.f_revenue,
      to_jsonb(s.f_revenue), to_jsonb(s.revenue)),
    ('honours', false, s.known AND cardinality(s.honours_new) > 0, NULL, to_jsonb(s.honours_new))
  ) AS c (field, of_survey, differs, old, new)
  WHERE c.differs
) AS d ON true
"""
