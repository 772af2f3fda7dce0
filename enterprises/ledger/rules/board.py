"""Which offer answers which need: by shared words and by the arrows between segments."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.search import normalise

from .amounts import amount_problem, text_problem

MAX_DAYS = 366
SAME_SEGMENT, LINKED_SEGMENT, SAME_CHAIN = 40, 25, 10
WORDS = 60
LEAST = 20  # below this nobody would call it a match
COMMON = frozenset(
    {"公司", "有限", "产品", "服务", "采购", "供应", "提供", "需要", "长期", "加工", "生产", "定制"}
)


@dataclass(frozen=True)
class Wanted:
    """What the comparison reads of an offer or a need."""

    title: str
    chain: int
    segment: int | None = None


@dataclass(frozen=True)
class Match:
    """How well two postings fit, 0–100, and why in words."""

    score: int
    reasons: Sequence[Any] = field(default_factory=tuple)


def pieces(text: str) -> frozenset[str]:
    """The two-character pieces that say something; a word of one character is its own piece."""
    text = normalise(text)
    if len(text) == 1:
        return frozenset({text})
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) - COMMON


def fit(offer: Wanted, need: Wanted, links: frozenset[tuple[int, int]]) -> Match:
    """How an offer answers a need. `links` are the arrows (upstream segment, downstream segment) of the chains.

    Words count by the share of the shorter title that the other one repeats.
    """
    mine, theirs = pieces(offer.title), pieces(need.title)
    shared = mine & theirs
    score, reasons = 0, []
    if shared:
        score += round(WORDS * len(shared) / min(len(mine), len(theirs)))
        reasons.append(_("用词相同：%(words)s") % {"words": "、".join(_words(shared, need.title)[:3])})
    if offer.segment is not None and offer.segment == need.segment:
        score += SAME_SEGMENT
        reasons.append(_("环节相同"))
    elif offer.segment is not None and (offer.segment, need.segment) in links:
        score += LINKED_SEGMENT
        reasons.append(_("上下游相邻环节"))
    elif offer.chain == need.chain:
        score += SAME_CHAIN
        reasons.append(_("同一产业链"))
    return Match(min(score, 100), tuple(reasons))


def _words(shared: frozenset[str], title: str) -> list[str]:
    """The shared pieces joined to the longest runs, in the order of the title."""
    text = normalise(title)
    runs, run = [], ""
    for i in range(len(text) - 1):
        piece = text[i : i + 2]
        if piece in shared:
            run = run + piece[1] if run else piece
        elif run:
            runs.append(run)
            run = ""
    if run:
        runs.append(run)
    return sorted(dict.fromkeys(runs), key=len, reverse=True) or sorted(shared)


def problems(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, Any]:
    """Sentences by field for what is wrong with an offer or a need; empty when all is well."""
    found = {
        "title": text_problem(values["title"], most=80),
        "description": text_problem(values["description"], most=500, required=False),
        "amount": amount_problem(values["amount"]) if values["amount"] is not None else None,
    }
    if values["valid_until"] < today:
        found["valid_until"] = _("有效期不能早于今天。")
    elif values["valid_until"] > today + datetime.timedelta(days=MAX_DAYS):
        found["valid_until"] = _("有效期最长一年。")
    chain, segment = values["chain"], values["segment"]
    if segment is not None and segment.chain_id != chain.pk:
        found["segment"] = _("环节“%(segment)s”不属于产业链“%(chain)s”。") % {
            "segment": segment.name,
            "chain": chain.name,
        }
    return {name: sentence for name, sentence in found.items() if sentence}


def can_post_for(user, enterprise) -> bool:
    """The enterprise itself, and who manages its town."""
    scope = user.scope
    return enterprise.uscc in scope.enterprises or scope.manages_town(
        enterprise.town_id, enterprise.district_id
    )
