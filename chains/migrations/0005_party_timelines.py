"""Organisations that were there before their timeline was kept get the entries of their set-up and their end."""

from django.db import migrations

SET_UP = """
INSERT INTO chains_organizationevent (organization_id, kind, happened_on, old, new, note, recorded_at)
SELECT o.id, 'set_up', o.set_up_on, '', o.name, '', statement_timestamp()
FROM chains_partyorganization o
WHERE o.set_up_on IS NOT NULL
  AND NOT EXISTS (SELECT FROM chains_organizationevent e WHERE e.organization_id = o.id AND e.kind = 'set_up')
"""
ENDED = """
INSERT INTO chains_organizationevent (organization_id, kind, happened_on, old, new, other_id, note, recorded_at)
SELECT o.id, o.status, o.ended_on, '', coalesce(i.name, ''), o.merged_into_id, o.end_reason, statement_timestamp()
FROM chains_partyorganization o LEFT JOIN chains_partyorganization i ON i.id = o.merged_into_id
WHERE o.status <> 'active'
  AND NOT EXISTS (SELECT FROM chains_organizationevent e WHERE e.organization_id = o.id AND e.kind = o.status)
"""


class Migration(migrations.Migration):
    dependencies = [("chains", "0004_party_guards")]

    operations = [
        migrations.RunSQL(SET_UP, migrations.RunSQL.noop),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
    ]
