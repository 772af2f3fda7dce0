"""A district for the coverage measurements: enterprises with profiles, chains, organisations and assignments by SQL."""

TABLES = (
    "enterprises_enterprise", "enterprises_partyprofile", "enterprises_chainmembership", "chains_partyorganization",
    "enterprises_instructorassignment", "enterprises_liaisonpoint", "enterprises_activity",
)  # fmt: skip
ENTERPRISES = """
INSERT INTO enterprises_enterprise (uscc, name, kind, status, district_id, town_id, area_id, address, industry_code,
                                    employees, version, created_at, updated_at)
SELECT '91310117MA' || lpad(n::text, 8, '0'), '松江第' || n || '号企业', 'small_micro',
       CASE WHEN h1 %% 10 = 0 THEN 'deregistered' ELSE 'active' END, %(district)s, (%(towns)s::bigint[])[1 + h2 %% 18],
       CASE WHEN h1 %% 20 = 1 THEN (%(areas)s::bigint[])[1 + h2 %% 18] END, '松江区文诚路 ' || n || ' 号', '35', 40, 1,
       now(), now() - n * interval '1 second'
FROM (SELECT n, abs(hashint4(n)) h1, abs(hashint4(n + 7919)) h2 FROM generate_series(1, %(rows)s) n) numbered
"""
# Of the members: a third none, a quarter one or two without organisation, the rest alone or joint.
PROFILES = """
INSERT INTO enterprises_partyprofile (enterprise_id, full_members, probationary_members, organization_form,
    organization_id, organization_name, secretary_name, secretary_phone, contact_name, contact_phone,
    secretary_name_bidx, secretary_phone_bidx, contact_name_bidx, contact_phone_bidx, surveyed_on, survey_method, version)
SELECT id, CASE WHEN h %% 12 < 4 THEN 0 WHEN h %% 12 < 7 THEN 1 + h %% 2 ELSE 3 + h %% 9 END, 0, form,
       CASE form WHEN 'none' THEN NULL ELSE (%(organizations)s::bigint[])[1 + h %% 2000] END,
       CASE form WHEN 'none' THEN '' ELSE '联合支部' END, '', repeat('x', 60), '', repeat('x', 60), '', '', '', '',
       current_date - (h %% 400), 'visit', 1
FROM (SELECT id, h, CASE WHEN h %% 12 < 7 THEN 'none' WHEN h %% 12 < 10 THEN 'alone' ELSE 'joint' END form
      FROM (SELECT id, abs(hashint8(id * 3 + 1)) h FROM enterprises_enterprise) hashed) formed
"""
PLACES = """
INSERT INTO enterprises_chainmembership (enterprise_id, chain_id, role, started_on)
SELECT id, (%(chains)s::bigint[])[1 + (h + turn * 7) %% 18], 'supporting', '2024-05-20'
FROM (SELECT id, abs(hashint8(id * 5 + 2)) h FROM enterprises_enterprise) hashed, generate_series(0, 1) turn
WHERE h %% 10 < 8 AND (turn = 0 OR h %% 10 = 1)
"""
ORGANIZATIONS = """
INSERT INTO chains_partyorganization (district_id, town_id, chain_id, code, name, kind_id, status, set_up_on, end_reason,
                                      secretary_name, secretary_phone, version)
SELECT %(district)s, (%(towns)s::bigint[])[1 + n %% 18], CASE WHEN n %% 4 = 0 THEN (%(chains)s::bigint[])[1 + n %% 18] END,
       'ORG-' || n, '中共第' || n || '支部委员会', %(kind)s, 'active', '2020-07-01', '', '', '', 1
FROM generate_series(1, 2000) n
"""
ASSIGNMENTS = """
INSERT INTO enterprises_instructorassignment (instructor_id, enterprise_id, started_on, end_reason, version)
SELECT %(instructor)s, id, '2025-01-01', '', 1 FROM enterprises_enterprise WHERE id %% 200 = 3
"""
AREA_ASSIGNMENTS = """
INSERT INTO enterprises_instructorassignment (instructor_id, area_id, started_on, end_reason, version)
SELECT %(instructor)s, unnest((%(areas)s::bigint[])[1:6]), '2025-01-01', '', 1
"""
POINTS = """
INSERT INTO enterprises_liaisonpoint (enterprise_id, code, taken_in_on, leader_title, leader_name, release_reason, version)
SELECT id, 'LX-' || id, '2025-01-01', '副局长', '', '', 1 FROM enterprises_enterprise WHERE id %% 5000 = 4
"""
ACTIVITIES = """
INSERT INTO enterprises_activity (organization_id, number, kind, title, held_on, place, status, summary, version)
SELECT organization, 'HD' || n || '-' || organization, (ARRAY['three_meetings','theme_day','salon'])[1 + n %% 3],
       '主题党日', current_date - n * 20 - (organization %% 90)::int, '', 'held', '', 1
FROM unnest(%(organizations)s::bigint[]) organization, generate_series(0, 4) n
"""


def fill(rows: int):
    """`rows` enterprises in 18 towns and on 18 chains, about a quarter of them candidates; the bureau user who sees
    them all. What is measured does not depend on triggers or on the order of the rows."""
    from django.db import connection

    from chains.industry.models import Chain
    from chains.party.models import OrganizationKind, PartyOrganization
    from enterprises.outreach.models import Instructor
    from portal.accounts.models import Membership, User
    from portal.territory.models import Area, District, Town

    district = District.objects.create(code="310117", slug="songjiang", name="松江区")
    towns = [
        Town.objects.create(
            district=district, code=f"t{n:02d}", name=f"{n} 号镇", short_name=f"{n}", kind="town", position=n
        )
        for n in range(18)
    ]
    known = {
        "rows": rows,
        "district": district.pk,
        "towns": [town.pk for town in towns],
        "areas": [
            Area.objects.create(
                district=district, town=town, code=f"a-{town.code}", name="科创园", kind="park"
            ).pk
            for town in towns
        ],
        "chains": [
            Chain.objects.create(district=district, code=f"c{n:02d}", name=f"{n} 号链", position=n).pk
            for n in range(18)
        ],
        "kind": OrganizationKind.objects.create(code="branch", name="党支部").pk,
        "instructor": Instructor.objects.create(
            district=district, town=towns[0], code="ZD-1", started_on="2024-01-01"
        ).pk,
    }
    user = User.objects.create(username="bench", display_name="测量")
    Membership.objects.create(user=user, role="bureau", district=district)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(ENTERPRISES, known)
        cursor.execute(ORGANIZATIONS, known)
        known["organizations"] = list(PartyOrganization.objects.order_by("pk").values_list("pk", flat=True))
        for statement in (PROFILES, PLACES, ASSIGNMENTS, AREA_ASSIGNMENTS, POINTS, ACTIVITIES):
            cursor.execute(statement, known)
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return user
