"""Demands that say nearly the same, found by the title's n-gram index; shown when a demand is raised and on its page.

Most 2-grams of a title are in thousands of others (企业, 贷款). Those that are rare name the candidates by the index;
how much each shares with the whole title decides in Python.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

from portal.kit.search import TextGrams, normalise
from portal.territory.models import Town

from ..models import Demand

RARE = 12  # 2-grams at most that are looked up, of those that hardly any title has
COMMON_SHARE = 0.02  # of all titles: how many the commoner ones that are looked up may add
CANDIDATES = 200
LEAST_SHARED = 0.25
BODY_WEIGHT = 0.25
NOT_NEEDED = ("body", "result", "comment", "contact_name", "contact_phone")


@dataclass(frozen=True)
class Similar:
    """A demand that resembles, from 0 to 1."""

    demand: Demand
    likeness: float


def similar(
    rows: QuerySet[Demand],
    *,
    title: str,
    body: str = "",
    town: Town | None = None,
    limit: int = 8,
    exclude: Demand | None = None,
) -> list[Similar]:
    """The demands among `rows` (a queryset of visible ones) that resemble most, the likest first.

    A demand of the same town weighs a little more; `exclude` is the one that is compared.
    """
    grams = two_grams(title)
    if not grams:
        return []
    if exclude is not None:
        rows = rows.exclude(pk=exclude.pk)
    told = two_grams(body)
    ranked = []
    for pk, known, place in candidates(rows, telling(grams)).values_list("pk", "title", "town"):
        other = two_grams(known)
        likeness = len(grams & other) / max(len(grams | other), 1)
        if told and other:
            likeness = max(
                likeness, BODY_WEIGHT * len(told & other) / len(other) + (1 - BODY_WEIGHT) * likeness
            )
        if likeness >= LEAST_SHARED:
            bonus = 0.05 if town is not None and place == town.pk else 0
            ranked.append((round(min(likeness + bonus, 1), 3), pk))
    best = sorted(ranked, reverse=True)[:limit]
    shown = Demand.objects.select_related("town", "element", "enterprise", "lead").defer(*NOT_NEEDED)
    demands = shown.in_bulk([pk for _likeness, pk in best])
    return [Similar(demands[pk], likeness) for likeness, pk in best]


def two_grams(text: str) -> set[str]:
    """The pairs of neighbouring characters, as the index has them."""
    text = normalise(text)
    return {text[i : i + 2] for i in range(len(text) - 1)}


def candidates(rows: QuerySet[Demand], grams: list[str]) -> QuerySet[Demand]:
    """The newest of those whose title has one of these 2-grams, by the index."""
    query = " | ".join("'" + gram.replace("\\", "\\\\").replace("'", "''") + "'" for gram in grams)
    hit = Func(
        TextGrams(F("title")), Value(query), template="(%(expressions)s::tsquery)", arg_joiner=" @@ ",
        output_field=BooleanField(),
    )  # fmt: skip
    return rows.filter(hit).order_by("-pk")[:CANDIDATES]


def telling(grams: set[str]) -> list[str]:
    """The 2-grams that name the candidates: rare ones, which perhaps no title has, and the rarest of the common ones, so
    that a title of usual words finds its like too."""
    known = frequencies()
    found = sorted(gram for gram in grams if gram not in known)[:RARE]
    share = 0.0
    for gram in sorted(grams & known.keys(), key=lambda gram: (known[gram], gram)):
        if share and share + known[gram] > COMMON_SHARE:
            break
        found.append(gram)
        share += known[gram]
    return found


def frequencies() -> dict[str, float]:
    """How often the commonest 2-grams stand in titles, as ANALYZE has counted them; empty before the first time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT gram, share FROM pg_stats,
                   unnest(most_common_elems::text::text[], most_common_elem_freqs[1:cardinality(most_common_elems::text::text[])])
                   AS common (gram, share)
            WHERE schemaname = current_schema() AND tablename = 'demand_title_grams'
            """
        )
        return dict(cursor.fetchall())
