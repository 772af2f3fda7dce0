"""The writes of the enterprise sheet, for one slice of rows in `enterprise_plan` (sheet_plan.py). Blank cells (NULL) leave
what is stored; rows without a difference are not written. `sheet.py` says in which order and why."""

LOCK_KNOWN = """
SELECT count(*) FROM (
  SELECT e.id FROM incoming i JOIN enterprises_enterprise e ON e.uscc = i.key
  ORDER BY e.uscc FOR NO KEY UPDATE OF e) AS locked
"""

CREATE_MASKED = """
CREATE TEMPORARY TABLE masked_changes (row_no int PRIMARY KEY, changes jsonb) ON COMMIT DROP
"""

# Old personal values come as ciphertext; a survey keeps them masked.
SURVEY_CHANGES_TO_MASK = """
SELECT row_no, survey_changes::text FROM enterprise_plan
WHERE error IS NULL AND known AND survey_new AND strpos(survey_changes::text, '"old": "v1:') > 0
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
  name = s.name, kind = s.kind, town_id = s.town_id,
  area_id = CASE WHEN s.town_id = e.town_id THEN e.area_id END, status = coalesce(s.status, e.status),
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
WHERE s.error IS NULL AND s.profile_new
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
WHERE error IS NULL AND membership_new
"""

UPDATE_MEMBERSHIPS = """
UPDATE enterprises_chainmembership m SET
  segment_id = coalesce(s.segment_id, m.segment_id), role = coalesce(s.role, m.role)
FROM enterprise_plan s WHERE m.id = s.membership_id AND s.error IS NULL AND s.membership_changed
"""

# New enterprises have nothing yet that was judged by their places.
PLACES_CHANGED = """
SELECT enterprise_id FROM enterprise_plan
WHERE error IS NULL AND known AND (membership_new OR membership_changed)
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
SELECT s.enterprise_id, s.surveyed_on, s.survey_method, s.full_members, s.probationary_members,
  coalesce(s.organization_form, ''), coalesce(s.organization_name, ''), s.establishment_mode_id, s.employees, '',
  coalesce(m.changes, s.survey_changes), s.applies, %(user)s, %(import)s, statement_timestamp()
FROM enterprise_plan s LEFT JOIN masked_changes m USING (row_no) WHERE s.error IS NULL AND s.survey_new
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
