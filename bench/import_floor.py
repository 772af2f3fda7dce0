"""The reference: the least that an import of this sheet can do. Parse, check, COPY to a temporary table, upsert.

No staging, no preview, no comparison with what is stored, no history, one statement a table. Names and phones are
encrypted as the tables demand.
"""

from pathlib import Path

from django.db import connection, transaction

from enterprises.sheets import ENTERPRISES
from portal.imports import staging
from portal.imports.reading import open_sheet
from portal.imports.registry import Place

RECORD = """
  SELECT r.* FROM incoming i CROSS JOIN LATERAL jsonb_to_record(i.values) AS r (
    uscc text, name text, kind text, town bigint, address text, founded_on date, status text, industry_code text,
    chain bigint, segment text, chain_role text, employees int, revenue numeric(16, 2), full_members int,
    probationary_members int, organization_form text, organization_name text, establishment_mode bigint,
    secretary_name text, secretary_phone text, contact_name text, contact_phone text,
    secretary_name_bidx text, secretary_phone_bidx text, contact_name_bidx text, contact_phone_bidx text,
    surveyed_on date, survey_method text, honours text[])
"""
UPSERTS = (
    f"CREATE TEMPORARY TABLE floor_rows ON COMMIT DROP AS {RECORD}",
    "ANALYZE floor_rows",
    """INSERT INTO enterprises_enterprise (uscc, name, kind, status, district_id, town_id, address, founded_on,
         industry_code, employees, version, created_at, updated_at)
       SELECT uscc, name, kind, status, %(district)s, town, address, founded_on, industry_code, employees, 1, now(), now()
       FROM floor_rows
       ON CONFLICT (uscc) DO UPDATE SET name = excluded.name, kind = excluded.kind, status = excluded.status,
         town_id = excluded.town_id, address = excluded.address, founded_on = excluded.founded_on,
         industry_code = excluded.industry_code, employees = excluded.employees, updated_at = now(),
         version = enterprises_enterprise.version + 1""",
    "ALTER TABLE floor_rows ADD COLUMN id bigint",
    "UPDATE floor_rows r SET id = e.id FROM enterprises_enterprise e WHERE e.uscc = r.uscc",
    """INSERT INTO enterprises_partyprofile (enterprise_id, full_members, probationary_members, organization_form,
         organization_name, establishment_mode_id, secretary_name, secretary_phone, contact_name, contact_phone,
         secretary_name_bidx, secretary_phone_bidx, contact_name_bidx, contact_phone_bidx, surveyed_on, survey_method,
         version)
       SELECT id, full_members, probationary_members, organization_form, coalesce(organization_name, ''),
         establishment_mode, secretary_name, secretary_phone, contact_name, contact_phone, secretary_name_bidx,
         secretary_phone_bidx, contact_name_bidx, contact_phone_bidx, surveyed_on, survey_method, 1 FROM floor_rows
       ON CONFLICT (enterprise_id) DO UPDATE SET full_members = excluded.full_members,
         probationary_members = excluded.probationary_members, organization_form = excluded.organization_form,
         organization_name = excluded.organization_name, establishment_mode_id = excluded.establishment_mode_id,
         secretary_name = excluded.secretary_name, secretary_phone = excluded.secretary_phone,
         contact_name = excluded.contact_name, contact_phone = excluded.contact_phone,
         secretary_name_bidx = excluded.secretary_name_bidx, secretary_phone_bidx = excluded.secretary_phone_bidx,
         contact_name_bidx = excluded.contact_name_bidx, contact_phone_bidx = excluded.contact_phone_bidx,
         surveyed_on = excluded.surveyed_on, survey_method = excluded.survey_method,
         version = enterprises_partyprofile.version + 1""",
    """INSERT INTO enterprises_annualfigure (enterprise_id, year, employees, revenue)
       SELECT id, extract(year FROM surveyed_on)::int - 1, employees, revenue FROM floor_rows
       ON CONFLICT (enterprise_id, year) DO UPDATE SET employees = excluded.employees, revenue = excluded.revenue""",
    """INSERT INTO enterprises_chainmembership (enterprise_id, chain_id, segment_id, role, started_on)
       SELECT r.id, r.chain, s.id, r.chain_role, r.surveyed_on FROM floor_rows r
       LEFT JOIN chains_segment s ON s.chain_id = r.chain AND s.name = r.segment
       ON CONFLICT (enterprise_id, chain_id) WHERE ended_on IS NULL DO UPDATE SET segment_id = excluded.segment_id,
         role = excluded.role""",
    """INSERT INTO enterprises_honour (enterprise_id, name) SELECT id, unnest(honours) FROM floor_rows
       ON CONFLICT (enterprise_id, name) DO NOTHING""",
    """INSERT INTO enterprises_survey (enterprise_id, surveyed_on, method, full_members, probationary_members,
         organization_form, organization_name, establishment_mode_id, employees, note, changes, applied, recorded_at)
       SELECT id, surveyed_on, survey_method, full_members, probationary_members, organization_form,
         coalesce(organization_name, ''), establishment_mode, employees, '', '[]', true, now() FROM floor_rows""",
)
TRACKED = ("enterprises_enterprise", "enterprises_partyprofile", "enterprises_chainmembership")


@transaction.atomic
def check_and_upsert(path: Path, place: Place) -> None:
    """The floor for one workbook, in one transaction."""
    seals = staging.Seals(ENTERPRISES)
    with connection.cursor() as cursor, open_sheet(path) as sheet:
        for table in TRACKED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("CREATE TEMPORARY TABLE incoming (row_no int, key text, values jsonb) ON COMMIT DROP")
        checker = ENTERPRISES.sheet.compile(sheet.headers, ENTERPRISES.references(place))
        for first, rows in sheet.batches():
            lines = []
            for row in checker.check(rows, first):
                assert not row.errors, row.errors
                lines.append(staging.valid_line(row, row.values["uscc"], seals))
            staging.fill(cursor, "incoming", "row_no, key, values", lines)
        for statement in UPSERTS:
            cursor.execute(statement, {"district": place.district_id})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would forbid the next line
        for table in TRACKED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
