"""Deals for the roll-up measurements, by SQL: five years, 18 towns, 18 chains, 2 000 enterprises, two thirds inside a
chain, one in ten of these inside two."""

DAYS = 1826
ENTERPRISES = 2000
TABLES = ("enterprises_procurementdeal", "enterprises_dealchain")
READ = ("deal_counted", "deal_chain_once")  # the indexes that counting reads
DEALS = """
INSERT INTO enterprises_procurementdeal (district_id, town_id, number, buyer_id, seller_id, amount, signed_on, goods,
    contract_number, contract_key, status, reporter, buyer_confirmed_at, seller_confirmed_at, intra_chain,
    intra_reason, created_at, version)
SELECT %(district)s, (%(towns)s::bigint[])[1 + (h2 %% 18)::int], 'CG' || n, (%(companies)s::bigint[])[1 + (h1 %% %(count)s)::int],
       (%(companies)s::bigint[])[1 + ((h1 + 1 + h2 %% 900) %% %(count)s)::int], 1000 + h2 %% 900000 + 0.25,
       current_date - (h1 %% %(days)s)::int, '配套件', 'HT-' || n, 'ht-' || n,
       CASE WHEN h2 %% 12 = 0 THEN 'reported' ELSE 'confirmed' END, 'buyer', now(), now(), h1 %% 3 < 2, '', now(), 1
FROM (SELECT n, abs(hashint8(n)::bigint) h1, abs(hashint8(n + 104729)::bigint) h2
      FROM generate_series(%(first)s, %(last)s) n) numbered
"""
CHAINS = """
INSERT INTO enterprises_dealchain (district_id, deal_id, chain_id, is_common)
SELECT %(district)s, id, (%(chains)s::bigint[])[1 + ((h + turn * 5) %% 18)::int], intra_chain
FROM (SELECT id, intra_chain, abs(hashint8(id * 7)::bigint) h FROM enterprises_procurementdeal
      WHERE id > %(known)s) hashed, generate_series(0, 1) turn
WHERE turn = 0 OR h %% 10 = 0
"""


def make_district():
    """The places and enterprises; returns the bureau user who manages them."""
    from django.conf import settings

    from chains.industry.models import Chain
    from enterprises.registry.models import ChainMembership, Enterprise
    from portal.accounts.models import Membership, User
    from portal.kit.demo import invented_uscc
    from portal.territory.models import District, Town

    district = District.objects.create(code="310117", slug=settings.PORTAL_DISTRICT, name="松江区")
    towns = Town.objects.bulk_create(
        Town(
            district=district,
            code=f"3101170{n:02}",
            name=f"第{n}镇",
            short_name=f"{n}镇",
            kind="town",
            position=n,
        )
        for n in range(18)
    )
    chains = Chain.objects.bulk_create(
        Chain(district=district, code=f"c{n}", name=f"第{n}产业链", position=n) for n in range(18)
    )
    companies = Enterprise.objects.bulk_create(
        Enterprise(
            district=district, town=towns[n % 18], uscc=invented_uscc(n, area="310117"), name=f"松江第{n}号企业", kind="small_micro"
        )
        for n in range(ENTERPRISES)
    )  # fmt: skip
    ChainMembership.objects.bulk_create(
        ChainMembership(enterprise=one, chain=chains[n % 18], started_on="2020-01-01")
        for n, one in enumerate(companies)
    )
    user = User.objects.create_user("bench-bureau", password=None)
    Membership.objects.create(user=user, role="bureau", district=district)
    return user


def grow(first: int, last: int) -> None:
    """Deals number `first` to `last`. Triggers, the text index and foreign keys are of no matter here and left out."""
    from django.db import connection

    from chains.industry.models import Chain
    from enterprises.registry.models import Enterprise
    from portal.territory.models import District, Town

    parameters = {
        "district": District.objects.get().pk,
        "towns": list(Town.objects.values_list("pk", flat=True)),
        "chains": list(Chain.objects.values_list("pk", flat=True)),
        "companies": list(Enterprise.objects.values_list("pk", flat=True)),
        "count": ENTERPRISES,
        "days": DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for begin in range(first, last + 1, 500_000):
            cursor.execute("SELECT coalesce(max(id), 0) FROM enterprises_procurementdeal")
            known = cursor.fetchone()[0]
            part = parameters | {"first": begin, "last": min(begin + 499_999, last), "known": known}
            cursor.execute(DEALS, part)
            cursor.execute(CHAINS, part)
        cursor.execute("SET session_replication_role = origin")
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def vacuum_cells() -> None:
    """What the server does by itself after a first count, at once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) metrics_metricdaily")


def drop_unread_indexes() -> None:
    """Only what counting reads stays: writing millions of rows is not what is measured, and other pages are not asked."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE enterprises_procurementdeal DROP CONSTRAINT enterprises_procurementdeal_number_key"
        )
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary AND relname <> ALL(%s)",
            [list(TABLES), list(READ)],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
