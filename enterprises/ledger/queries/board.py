"""Offers and needs in a list, one of them, and what answers it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Func, Q, QuerySet, Value
from django.db.models.fields import BooleanField
from django.utils import timezone

from chains.industry.models import SegmentLink
from portal.kit import filters as shared
from portal.kit.search import TextGrams, match
from portal.kit.text import clean_line

from ...registry.rules import clean_uscc
from ..models import Posting
from ..rules.board import LEAST, Match, Wanted, fit, pieces

FILTERS = frozenset({"kind", "chain", "segment", "town", "uscc", "status"})
ORDERINGS = ("-created_at", "number", "valid_until")
MOST_COMPARED = 400
MOST_SHOWN = 20


@dataclass(frozen=True)
class Answer:
    """A posting that answers another one, and how well."""

    posting: Posting
    match: Match


def postings(user) -> QuerySet[Posting]:
    """The board in scope, with what a list shows."""
    return Posting.objects.visible_to(user).select_related("enterprise__town", "chain", "segment")


def listed(user, filters: Mapping[str, str], *, today: datetime.date | None = None) -> QuerySet[Posting]:
    """The postings that a list asks for: FILTERS, and `search` in the title. `status` open leaves out what has run
    out. Raises Invalid for a value that does not exist."""
    given = shared.said(filters)
    shared.refuse_unknown(given, {"kind": tuple(Posting.Kind.values), "status": tuple(Posting.Status.values)})
    rows = postings(user)
    if "kind" in given:
        rows = rows.filter(kind=given["kind"])
    if "status" in given:
        rows = rows.filter(status=given["status"])
        if given["status"] == Posting.Status.OPEN:
            rows = rows.filter(valid_until__gte=today or timezone.localdate())
    for name, lookup in (
        ("chain", "chain__code"),
        ("segment", "segment__code"),
        ("town", "enterprise__town__code"),
    ):
        if name in given:
            rows = rows.filter(**{lookup: given[name]})
    if "uscc" in given:
        rows = rows.filter(enterprise__uscc=clean_uscc(given["uscc"]))
    if text := given.get("search"):
        rows = rows.filter(match(rows, text, "title") | Q(number=text.upper()))
    return rows


def posting_for(user, number: str) -> Posting | None:
    """One posting in scope; None for a missing one and for one outside the scope alike."""
    return postings(user).filter(number=clean_line(number)).first()


def answers_to(user, posting: Posting, *, today: datetime.date | None = None) -> list[Answer]:
    """The open offers that answer a need (or needs that an offer answers), the best first.

    Candidates come by index: the same segment, a neighbouring one, or a shared piece of a word; then they are compared
    (rules/board.py). Two queries.
    """
    links = frozenset(
        SegmentLink.objects.filter(source__chain=posting.chain_id).values_list("source_id", "target_id")
    )
    near = {posting.segment_id} | {
        one for source, target in links for one in (source, target) if posting.segment_id in (source, target)
    }
    other = Posting.Kind.OFFER if posting.kind == Posting.Kind.NEED else Posting.Kind.NEED
    likely = Q(segment__in=[one for one in near if one is not None])
    if words := sorted(pieces(posting.title)):
        likely |= Q(_any_of(words))
    candidates = (
        postings(user)
        .filter(likely, kind=other, status=Posting.Status.OPEN, district=posting.district_id)
        .filter(valid_until__gte=today or timezone.localdate())
        .exclude(enterprise=posting.enterprise_id)
        .order_by("-created_at", "-pk")[:MOST_COMPARED]
    )
    answers = [Answer(one, _fit(posting, one, links)) for one in candidates]
    answers = [answer for answer in answers if answer.match.score >= LEAST]
    return sorted(answers, key=lambda answer: -answer.match.score)[:MOST_SHOWN]


def _fit(one: Posting, other: Posting, links: frozenset[tuple[int, int]]) -> Match:
    offer, need = (one, other) if one.kind == Posting.Kind.OFFER else (other, one)
    return fit(
        Wanted(offer.title, offer.chain_id, offer.segment_id),
        Wanted(need.title, need.chain_id, need.segment_id),
        links,
    )


def _any_of(words: list[str]) -> Func:
    """Condition by the GIN index: the title has one of these pieces."""
    query = " | ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words)
    return Func(
        TextGrams("title"), Value(query), template="(%(expressions)s::tsquery)", arg_joiner=" @@ ",
        output_field=BooleanField(),
    )  # fmt: skip
