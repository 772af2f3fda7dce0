"""Name search over 1 000 000 enterprises: the first page of the portal's list against a sequential scan.

Reference: the same page by `LIKE '%text%'` with index and bitmap scans off. A ratio of 10 means a tenth of the time.
"""

import json as json_text

from . import scratch

ROWS = 1_000_000
# How each text is spread over the names that `fill` makes; shares are rough.
TEXTS = (
    ("one character, in every name", "司"),
    ("one character, common", "科"),
    ("one character, rare", "鑫"),
    ("two characters, in every name", "公司"),
    ("two characters, common", "科技"),
    ("two characters, in one of 300", "云帆"),
    ("two characters, rare", "麒麟"),
    ("many characters, in nearly every name", "有限公司"),
    ("many characters, common", "精密机械有限公司"),
    ("many characters, one of 5 000", "云帆生物科技"),
    ("many characters, rare", "麒麟智能"),
    ("common pairs, never together", "科技机械"),
    ("in no name", "火星矿业"),
)
NAMES = """
INSERT INTO enterprises_enterprise (uscc, name, kind, status, district_id, town_id, address, industry_code, employees,
                                    version, created_at, updated_at)
SELECT '91310117MA' || lpad(n::text, 8, '0'),
       (ARRAY['上海','松江','上海','上海松江','九亭','上海'])[1 + h1 %% 6]
       || CASE WHEN n %% 100000 = 7 THEN '麒麟' WHEN n %% 2000 = 3 THEN '鑫源' ELSE
          (ARRAY(SELECT a || b FROM unnest(string_to_array('云,恒,瑞,泰,宏,诚,佳,博,远,凯,天,华,新,嘉,盛,德,安', ',')) a,
           unnest(string_to_array('帆,通,丰,达,信,宇,盈,晟,腾,拓,朗,卓,捷,锐,航,驰,森,奥', ',')) b))[1 + h2 %% 306] END
       || (ARRAY['科技','精密机械','生物科技','新材料','智能装备','电子','贸易','物流','智能科技','环保科技','食品','文化传播',
                 '医疗器械','建筑工程','半导体','信息技术','餐饮管理','服饰'])[1 + h3 %% 18]
       || (ARRAY['有限公司','有限公司','有限公司','股份有限公司','(上海)有限公司','有限公司分公司'])[1 + h4 %% 6],
       (ARRAY['small_micro','self_employed','above_scale','other'])[1 + h1 %% 4], 'active', %(district)s,
       (%(towns)s::bigint[])[1 + h3 %% 18], '', '', NULL, 1, now(), now() - n * interval '1 second'
FROM (SELECT n, abs(hashint4(n)) h1, abs(hashint4(n + 7919)) h2, abs(hashint4(n * 3 + 1)) h3, abs(hashint4(n * 5 + 2)) h4
      FROM generate_series(1, %(rows)s) n) numbered
"""


def run(json: bool = False) -> None:
    scratch.prepare()
    with scratch.scratch_database("search"):
        user = fill(ROWS)
        for label, text in TEXTS:
            print_one(measure(user, label, text), json=json)


def fill(rows: int):
    """`rows` enterprises in 18 towns, and a bureau user who sees them all."""
    from django.db import connection

    from portal.accounts.models import Membership, User
    from portal.territory.models import District, Town

    district = District.objects.create(code="310117", slug="songjiang", name="松江区")
    towns = [
        Town.objects.create(
            district=district, code=f"t{n:02d}", name=f"{n} 号镇", short_name=f"{n}", kind="town"
        )
        for n in range(18)
    ]
    user = User.objects.create(username="bench")
    Membership.objects.create(user=user, role="bureau", district=district)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enterprises_enterprise DISABLE TRIGGER USER")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'enterprises_enterprise'"
            " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:  # built once at the end, which is ten times faster
            cursor.execute(f'DROP INDEX "{name}"')
        parameters = {"district": district.pk, "towns": [town.pk for town in towns], "rows": rows}
        cursor.execute(NAMES, parameters)
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM (ANALYZE) enterprises_enterprise")
    return user


def measure(user, label: str, text: str) -> dict:
    """Medians of the portal's first page and of the scan, for one text."""
    from django.db import connection

    from enterprises.registry.models import Enterprise
    from enterprises.registry.queries import list_values, listed
    from portal.kit.pagination import paginate
    from portal.kit.search import is_common, normalise

    def page() -> list:
        return paginate(list_values(listed(user, {"search": text})), ordering=("name",)).rows

    def scan() -> list:
        with connection.cursor() as cursor:
            cursor.execute(
                "SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;"
                " SET max_parallel_workers_per_gather = 2"  # PostgreSQL's default: the scan at its best
            )
            cursor.execute(
                "SELECT id, uscc, name FROM enterprises_enterprise WHERE district_id = %s AND name LIKE %s"
                " ORDER BY name, id LIMIT 51",
                [user.memberships.get().district_id, f"%{text}%"],
            )
            rows = cursor.fetchall()
            cursor.execute(
                "RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_indexonlyscan;"
                " RESET max_parallel_workers_per_gather"
            )
        return rows

    user.scope  # noqa: B018 - read once, as a request does
    assert [row["id"] for row in page()] == [row[0] for row in scan()][:50], f"different rows for {text}"
    taken = scratch.interleaved({"portal": page, "scan": scan}, rounds=7)
    return {
        "bench": "search",
        "case": label,
        "text": text,
        "way": "walk" if is_common(Enterprise, normalise(text)) else "grams",
        "portal_ms": round(taken["portal"] * 1000, 2),
        "reference": "sequential scan",
        "reference_ms": round(taken["scan"] * 1000, 2),
        "ratio": round(taken["scan"] / taken["portal"], 1),
    }


def print_one(result: dict, *, json: bool) -> None:
    if json:
        print(json_text.dumps(result, ensure_ascii=False))
    else:
        print(
            f"{result['case']:42} {result['text']:12} {result['way']:6} {result['portal_ms']:8.2f} ms"
            f"  scan {result['reference_ms']:8.2f} ms  {result['ratio']:6.1f}×"
        )


if __name__ == "__main__":
    run()
