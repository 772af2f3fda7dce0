"""A hash chain over the append-only tables (reliability F10, F11), and its verification.

Triggers stop the application from changing history; the chain shows what a superuser or a restored table did.

A lower id can commit after a higher one, so a range of ids may only be sealed when nobody can add to it any more. The
sealer therefore passes twice: it first marks how far ids have been given out and which transactions were open then;
when all of those have ended (`pg_snapshot_xmin` has moved past the mark) it seals up to the mark.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import sql

from portal.kit.encryption import EncryptedTextField

from .models import HistoryMark, HistorySeal
from .queries import append_only_tables, event_models

ROWS_PER_SEAL = 100_000
LOCK = 8_437_001  # advisory: one sealer at a time


@dataclass(frozen=True)
class Difference:
    """A link of the chain that no longer agrees with the rows."""

    seal: HistorySeal
    reason: str

    def __str__(self) -> str:
        return f"{self.seal.table} {self.seal.first_id}-{self.seal.last_id}: {self.reason}"


def seal_history() -> int:
    """Seals what has settled since the last pass and marks how far the next pass may go. Returns rows sealed."""
    sealed = sum(_seal_table(table) for table in append_only_tables())
    for table in append_only_tables():
        _mark(table)
    return sealed


def verify_history() -> list[Difference]:
    """Recomputes the whole chain. An empty list means that no sealed row was changed, removed or added."""
    differences: list[Difference] = []
    previous = ""
    for seal in HistorySeal.objects.order_by("pk").iterator():
        if seal.previous_digest != previous:
            differences.append(Difference(seal, "the link before it is missing or altered"))
        known = _columns(seal.table)
        if gone := sorted(set(seal.columns) - set(known)):
            differences.append(Difference(seal, f"columns no longer exist: {', '.join(gone)}"))
        else:
            rows, digest = _digest(
                seal.table, seal.columns, seal.first_id, seal.last_id, seal.previous_digest
            )
            if (rows, digest) != (seal.rows, seal.digest):
                differences.append(
                    Difference(seal, f"{seal.rows} rows were sealed, {rows} are there, or one differs")
                )
        previous = seal.digest
    return differences


@transaction.atomic
def _seal_table(table: str) -> int:
    """Links of at most ROWS_PER_SEAL rows from the last sealed id up to the mark, if the mark has settled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        oldest_open = cursor.fetchone()[0]
    mark = HistoryMark.objects.filter(table=table, open_below__lte=oldest_open).first()
    if mark is None:
        return 0
    last = _last_sealed(table)
    total = 0
    columns = _columns(table)
    while last < mark.last_id:
        previous = HistorySeal.objects.order_by("-pk").values_list("digest", flat=True).first() or ""
        upto = _end_of_slice(table, last, mark.last_id)
        rows, digest = _digest(table, columns, last + 1, upto, previous)
        HistorySeal.objects.create(
            table=table,
            first_id=last + 1,
            last_id=upto,
            rows=rows,
            columns=columns,
            digest=digest,
            previous_digest=previous,
        )
        total += rows
        last = upto
    return total


@transaction.atomic
def _mark(table: str) -> None:
    with connection.cursor() as cursor:
        query = sql.SQL(
            "SELECT max({key}), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM {table}"
        )
        cursor.execute(query.format(key=sql.Identifier(_key(table)), table=sql.Identifier(table)))
        last_id, next_transaction = cursor.fetchone()
    waiting = HistoryMark.objects.filter(table=table, last_id__gt=_last_sealed(table)).exists()
    if (
        last_id is not None and not waiting
    ):  # a mark that still waits is kept, else busy hours would never be sealed
        HistoryMark.objects.update_or_create(
            table=table, defaults={"last_id": last_id, "open_below": next_transaction}
        )


def _last_sealed(table: str) -> int:
    newest = HistorySeal.objects.filter(table=table).order_by("-last_id").values_list("last_id", flat=True)
    return newest.first() or 0


def _key(table: str) -> str:
    return "id" if table == "audit_personalview" else "pgh_id"


def _columns(table: str) -> list[str]:
    """The columns that the digest covers: all but ciphertexts, which key rotation rewrites (their blind index stays)."""
    for model in event_models():
        if model._meta.db_table == table:
            covered = (field for field in model._meta.fields if not isinstance(field, EncryptedTextField))
            return sorted(field.column for field in covered)
    with connection.cursor() as cursor:
        return sorted(column.name for column in connection.introspection.get_table_description(cursor, table))


def _end_of_slice(table: str, after: int, upto: int) -> int:
    key = sql.Identifier(_key(table))
    query = sql.SQL(
        "SELECT max(id) FROM (SELECT {key} AS id FROM {table} WHERE {key} > %s AND {key} <= %s"
        " ORDER BY {key} LIMIT %s) AS slice"
    )
    with connection.cursor() as cursor:
        cursor.execute(query.format(key=key, table=sql.Identifier(table)), [after, upto, ROWS_PER_SEAL])
        end = cursor.fetchone()[0]
        return end if end is not None else upto


def _digest(table: str, columns: list[str], first: int, last: int, previous: str) -> tuple[int, str]:
    """(rows, SHA-256 over the link before and every row in order). One aggregate in the database.

    A row's text is its JSON, whose form depends on no session setting but the time zone (Django's is always UTC);
    who and whence (the context) belong to the row.
    """
    key = sql.Identifier("entry", _key(table))
    context = (
        sql.SQL("LEFT JOIN pghistory_context AS context ON context.id = entry.pgh_context_id")
        if "pgh_context_id" in columns
        else sql.SQL("LEFT JOIN (SELECT NULL::jsonb AS metadata) AS context ON true")
    )
    pairs = sql.SQL(", ").join(
        sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier("entry", name)) for name in columns
    )
    query = sql.SQL(
        "SELECT count(*), encode(sha256(convert_to(%s || coalesce(string_agg("
        "encode(sha256(convert_to(jsonb_build_object({pairs})::text || coalesce(context.metadata::text, ''), 'UTF8')),"
        " 'hex'), '' ORDER BY {key}), ''), 'UTF8')), 'hex')"
        " FROM {table} AS entry {context} WHERE {key} BETWEEN %s AND %s"
    ).format(key=key, pairs=pairs, table=sql.Identifier(table), context=context)
    with connection.cursor() as cursor:
        cursor.execute(query, [previous, first, last])
        return cursor.fetchone()
