"""`GET /api/v1/enterprises`, a page of 50 for a scoped user with filters on, against two references in the same run:

* a stock DRF ModelViewSet with the same fields, filters and scope (ModelSerializer, django-filter, prefetch);
* PostgreSQL building the same JSON in one statement: no program between table and bytes can be faster.

Each way starts from a user whose scope still has to be read, as a request does, and ends with bytes.
Then the district dashboard over a small and a large stock of deals (`dashboard.py`).
"""

import json as json_text

from . import dashboard, scratch

ROWS = 50_000
ROUNDS = 60
QUERY = {"status": "active", "chain": "c3", "page_size": "50", "ordering": "name"}
PROFILES = """
INSERT INTO enterprises_partyprofile (enterprise_id, full_members, probationary_members, organization_form,
    organization_name, secretary_name, secretary_phone, contact_name, contact_phone, secretary_name_bidx,
    secretary_phone_bidx, contact_name_bidx, contact_phone_bidx, surveyed_on, survey_method, version)
SELECT id, id %% 9, id %% 3, 'none', '', '', '', '', '', '', '', '', '', current_date - (id %% 500)::int, 'visit', 1
FROM enterprises_enterprise
"""
PLACES = """
INSERT INTO enterprises_chainmembership (enterprise_id, chain_id, role, started_on)
SELECT e.id, c.id, (ARRAY['lead', 'backbone', 'supporting'])[1 + e.id %% 3], '2024-05-01'
FROM enterprises_enterprise e JOIN chains_chain c ON c.position IN (e.id %% 18, e.id %% 7)
"""
BY_POSTGRESQL = """
SELECT json_build_object('next', max(page.uscc), 'results', json_agg(page))::text FROM (
  SELECT e.uscc, e.name, t.code AS town, t.name AS town_name, e.kind, e.kind AS kind_label, e.status,
         e.status AS status_label, e.version, p.organization_form, p.organization_form AS organization_form_label,
         p.full_members, p.probationary_members, p.surveyed_on,
         CASE WHEN p.surveyed_on IS NULL THEN 'never' WHEN p.surveyed_on <= current_date - 365 THEN 'overdue'
              WHEN p.surveyed_on <= current_date - 180 THEN 'due' ELSE 'fresh' END AS freshness,
         p.survey_method AS freshness_label,
         (SELECT json_agg(json_build_object('code', c.code, 'name', c.name, 'role', m.role, 'role_label', m.role,
                                            'segment', s.code, 'segment_name', s.name) ORDER BY c.position)
          FROM enterprises_chainmembership m JOIN chains_chain c ON c.id = m.chain_id
          LEFT JOIN chains_segment s ON s.id = m.segment_id
          WHERE m.enterprise_id = e.id AND m.ended_on IS NULL) AS chains,
         e.employees, e.industry_code, e.address, e.founded_on, e.updated_at
  FROM enterprises_enterprise e JOIN territory_town t ON t.id = e.town_id
  LEFT JOIN enterprises_partyprofile p ON p.enterprise_id = e.id
  WHERE e.town_id = ANY(%s) AND e.status = 'active'
    AND EXISTS (SELECT 1 FROM enterprises_chainmembership m WHERE m.enterprise_id = e.id AND m.ended_on IS NULL
                AND m.chain_id = (SELECT id FROM chains_chain WHERE code = 'c3'))
  ORDER BY e.name, e.id LIMIT 50) page
"""


def run(json: bool = False, rows: int = dashboard.LARGE) -> None:
    scratch.prepare()
    with scratch.scratch_database("api"):
        result = enterprises_list()
    if json:
        print(json_text.dumps(result, ensure_ascii=False), flush=True)
    else:
        print(
            f"enterprises list: {result['portal_ms']} ms; stock ModelViewSet {result['stock_ms']} ms"
            f" ({result['times_stock']}×); PostgreSQL's own JSON {result['postgresql_ms']} ms"
            f" ({result['share_of_postgresql']:.0%} of its speed); {result['bytes']} bytes",
            flush=True,
        )
    for result in dashboard.run(rows):
        if json:
            print(json_text.dumps(result, ensure_ascii=False))
            continue
        print(
            f"{result['case']}, {rows:,} deals: {result['portal_ms']} ms; {result['reference']}"
            f" {result['reference_ms']} ms; ratio {result['ratio']} (at most {result['target']});"
            f" {result['queries']} statements (at most {result['queries_target']}); {result['bytes']} bytes"
        )


def enterprises_list() -> dict:
    """Medians of the three ways in one interleaved run."""
    from rest_framework.test import APIRequestFactory, force_authenticate

    from enterprises.registry.api.views import EnterpriseListView
    from portal.accounts.models import User

    user_id, town_ids = fill()
    portal, stock = EnterpriseListView.as_view(), stock_view()
    factory = APIRequestFactory()

    def ask(view) -> bytes:
        request = factory.get("/api/v1/enterprises", QUERY, SERVER_NAME="localhost")
        force_authenticate(request, User.objects.get(pk=user_id))
        response = view(request)
        response.render()
        assert response.status_code == 200, response.content.decode()[:500]
        return response.content

    def postgresql() -> bytes:
        from django.db import connection

        assert User.objects.get(pk=user_id).scope.towns
        with connection.cursor() as cursor:
            cursor.execute(BY_POSTGRESQL, [town_ids])
            return cursor.fetchone()[0].encode()

    answers = [
        [r["uscc"] for r in json_text.loads(a)["results"]] for a in (ask(portal), ask(stock), postgresql())
    ]
    assert len(answers[0]) == 50
    assert answers[0] == answers[1] == answers[2], "the three ways differ"
    taken = scratch.interleaved(
        {"portal": lambda: ask(portal), "stock": lambda: ask(stock), "postgresql": postgresql}, ROUNDS, warm=5
    )
    return {
        "bench": "api",
        "case": "enterprises list, 50 rows, scoped user, filters on",
        "portal_ms": round(taken["portal"] * 1000, 2),
        "stock_ms": round(taken["stock"] * 1000, 2),
        "postgresql_ms": round(taken["postgresql"] * 1000, 2),
        "times_stock": round(taken["stock"] / taken["portal"], 2),
        "share_of_postgresql": round(taken["postgresql"] / taken["portal"], 2),
        "bytes": len(ask(portal)),
        "reference": "PostgreSQL building the same JSON",
        "ratio": round(taken["portal"] / taken["postgresql"], 2),
    }


def fill() -> tuple[int, list[int]]:
    """(a station user of one town, the ids of that town); enterprises with profiles and places on chains."""
    from django.db import connection

    from chains.industry.models import Chain
    from portal.accounts.models import Membership, User
    from portal.territory.models import Town

    from .search import fill as fill_enterprises

    district = fill_enterprises(ROWS).memberships.get().district
    Chain.objects.bulk_create(
        [Chain(district=district, code=f"c{n}", name=f"{n} 号产业链", position=n) for n in range(18)]
    )
    with connection.cursor() as cursor:
        for statement in (PROFILES, PLACES):
            cursor.execute(statement, [])
        cursor.execute("VACUUM (ANALYZE)")
    town = Town.objects.order_by("pk")[3]
    user = User.objects.create(username="station")
    Membership.objects.create(user=user, role="station", town=town, district=district)
    return user.pk, [town.pk]


def stock_view():
    """What one would write first: ModelSerializer, django-filter, select_related and prefetch_related."""
    import django_filters
    from django.db.models import Prefetch
    from django_filters.rest_framework import DjangoFilterBackend
    from rest_framework import filters, pagination, renderers, serializers, viewsets

    from enterprises.registry.models import ChainMembership, Enterprise

    class PlaceSerializer(serializers.ModelSerializer):
        code = serializers.CharField(source="chain.code")
        name = serializers.CharField(source="chain.name")
        role_label = serializers.CharField(source="get_role_display")
        segment = serializers.CharField(source="segment.code", default=None)
        segment_name = serializers.CharField(source="segment.name", default=None)

        class Meta:
            model = ChainMembership
            fields = ("code", "name", "role", "role_label", "segment", "segment_name")

    class EnterpriseSerializer(serializers.ModelSerializer):
        town = serializers.CharField(source="town.code")
        town_name = serializers.CharField(source="town.name")
        kind_label = serializers.CharField(source="get_kind_display")
        status_label = serializers.CharField(source="get_status_display")
        organization_form = serializers.CharField(source="profile.organization_form")
        organization_form_label = serializers.CharField(source="profile.get_organization_form_display")
        full_members = serializers.IntegerField(source="profile.full_members")
        probationary_members = serializers.IntegerField(source="profile.probationary_members")
        surveyed_on = serializers.DateField(source="profile.surveyed_on")
        freshness = serializers.SerializerMethodField()
        chains = PlaceSerializer(many=True, source="memberships")

        class Meta:
            model = Enterprise
            fields = (
                "uscc", "name", "town", "town_name", "kind", "kind_label", "status", "status_label", "version",
                "organization_form", "organization_form_label", "full_members", "probationary_members",
                "surveyed_on", "freshness", "chains", "employees", "industry_code", "address", "founded_on",
                "updated_at",
            )  # fmt: skip

        def get_freshness(self, enterprise) -> str:
            from enterprises.profile.queries import freshness_of

            return freshness_of(enterprise.profile.surveyed_on).value

    class EnterpriseFilterSet(django_filters.FilterSet):
        chain = django_filters.CharFilter(field_name="memberships__chain__code")

        class Meta:
            model = Enterprise
            fields = ("status", "kind")

    class Cursor(pagination.CursorPagination):
        page_size = 50
        ordering = ("name", "id")

    class EnterpriseViewSet(viewsets.ModelViewSet):
        serializer_class = EnterpriseSerializer
        filterset_class = EnterpriseFilterSet
        filter_backends = (DjangoFilterBackend, filters.SearchFilter)
        search_fields = ("name",)
        pagination_class = Cursor
        renderer_classes = (renderers.JSONRenderer,)

        def get_queryset(self):
            places = ChainMembership.objects.filter(ended_on=None).select_related("chain", "segment")
            return (
                Enterprise.objects.visible_to(self.request.user)
                .defer(
                    *(f"profile__{name}" for name in ("secretary_name", "secretary_phone", "contact_name"))
                )
                .select_related("town", "profile")
                .prefetch_related(Prefetch("memberships", places))
            )

    return EnterpriseViewSet.as_view({"get": "list"})


if __name__ == "__main__":
    run()
