"""The organisation's own history: each action notes what happened, on its business date, in its own transaction."""

import datetime

from django.db import connection, transaction
from django.utils.translation import override

from ..models import OrganizationEvent, PartyOrganization

LENGTH = 200  # of a name in an event
LANGUAGE = "zh-hans"  # a record reads the same whatever language its writer had chosen
SET_UP = """
INSERT INTO chains_organizationevent (organization_id, kind, happened_on, old, new, note, recorded_at)
SELECT o.id, 'set_up', o.set_up_on, '', o.name, '', statement_timestamp()
FROM chains_partyorganization o
WHERE o.district_id = %(district)s AND o.set_up_on IS NOT NULL
  AND NOT EXISTS (SELECT FROM chains_organizationevent e WHERE e.organization_id = o.id AND e.kind = 'set_up')
"""
ENDED = """
INSERT INTO chains_organizationevent (organization_id, kind, happened_on, old, new, other_id, note, recorded_at)
SELECT o.id, o.status, o.ended_on, '', coalesce(i.name, ''), o.merged_into_id, o.end_reason, statement_timestamp()
FROM chains_partyorganization o LEFT JOIN chains_partyorganization i ON i.id = o.merged_into_id
WHERE o.district_id = %(district)s AND o.status <> 'active'
  AND NOT EXISTS (SELECT FROM chains_organizationevent e WHERE e.organization_id = o.id AND e.kind = o.status)
"""


def note_event(
    organization: PartyOrganization,
    kind: str,
    happened_on: datetime.date,
    *,
    by,
    old: str = "",
    new: str = "",
    other: PartyOrganization | None = None,
    note: str = "",
) -> OrganizationEvent:
    """One entry of the timeline. Call it inside the action's transaction; entries are never changed afterwards."""
    with override(LANGUAGE):
        new, note = str(new), str(note)
    return OrganizationEvent.objects.create(
        organization=organization,
        kind=kind,
        happened_on=happened_on,
        old=old[:LENGTH],
        new=new[:LENGTH],
        other=other,
        note=note[:300],
        recorded_by=by if by is not None and by.pk else None,
    )


@transaction.atomic
def complete_timelines(*, district_id: int) -> int:
    """Organisations that were brought in whole (demo, an older version) get the entries of their set-up and end.

    Returns how many entries were added; running it twice adds nothing.
    """
    added = 0
    with connection.cursor() as cursor:
        for statement in (SET_UP, ENDED):
            cursor.execute(statement, {"district": district_id})
            added += cursor.rowcount
    return added
