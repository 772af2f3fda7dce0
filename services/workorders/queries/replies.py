"""The canned replies that a move may begin with."""

from dataclasses import dataclass

from django.db.models import QuerySet

from portal.territory.models import District

from ..models import CannedReply
from ..rules.replies import DEFAULTS, REPLIED


@dataclass(frozen=True)
class Reply:
    title: str
    text: str


def replies_for(district_id: int, move: str) -> list[Reply]:
    """The district's own for a move, else the usual ones; nothing for a move that asks for no text."""
    if move not in REPLIED:
        return []
    own = CannedReply.objects.filter(district=district_id, move=move).values_list("title", "text")
    found = list(own) or DEFAULTS.get(move, ())
    return [Reply(str(title), str(text)) for title, text in found]


def own_replies(district: District) -> QuerySet[CannedReply]:
    return CannedReply.objects.filter(district=district)
