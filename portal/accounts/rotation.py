"""Re-encrypting everything with the newest key, so that an old one can be dropped (reliability, Promises).

Works in short transactions, row by row under lock, beside a running portal. What already has the newest key is left
alone, so a run that was cut off is simply started again. No history is written: the values stay what they were.
"""

from collections.abc import Iterator

import pgtrigger
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from portal.kit.encryption import EncryptedTextField, blind_index, decrypt, encrypt, newest_key_id

from .adapter import SECRET_CONTEXT

BATCH = 500
BLIND_INDEX = "_bidx"


def rotate_field_keys() -> dict[str, int]:
    """Re-encrypts every encrypted column and second-factor secret. Returns rows changed by table.

    Blind indexes of live rows are computed anew, for the case that their key changed. Those of history rows stay:
    they are under the hash chain.
    """
    changed = {model._meta.db_table: _rotate_table(model, fields) for model, fields in encrypted_models()}
    changed[Authenticator._meta.db_table] = _rotate_second_factors()
    return changed


def encrypted_models() -> Iterator[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every table with encrypted columns, history tables included."""
    for model in apps.get_models():
        fields = [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]
        if fields:
            yield model, fields


def _rotate_table(model: type[models.Model], fields: list[EncryptedTextField]) -> int:
    is_history = hasattr(model, "pgh_tracked_model")
    columns = {field.column for field in model._meta.local_fields}
    indexed = [field for field in fields if not is_history and field.column + BLIND_INDEX in columns]
    names = [field.column for field in fields] + [field.column + BLIND_INDEX for field in indexed]
    key, table = sql.Identifier(model._meta.pk.column), sql.Identifier(model._meta.db_table)
    select = sql.SQL("SELECT {key}, {names} FROM {table}{after} ORDER BY {key} LIMIT {batch} FOR UPDATE")
    parts = {
        "key": key,
        "table": table,
        "names": sql.SQL(", ").join(map(sql.Identifier, names)),
        "batch": BATCH,
    }
    first = select.format(after=sql.SQL(""), **parts)
    further = select.format(after=sql.SQL(" WHERE {} > %s").format(key), **parts)  # numbers and UUIDs alike
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
    update = sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(table, assignments, key)
    changed, last = 0, None
    while True:
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(*((first,) if last is None else (further, [last])))
            rows = cursor.fetchall()
            news = [(_renewed(values, fields, indexed), values, pk) for pk, *values in rows]
            writes = [[*new, pk] for new, old, pk in news if new != old]
            for write in writes:  # one by one: pgtrigger.ignore cannot follow executemany
                cursor.execute(update, write)
        if not rows:
            return changed
        changed += len(writes)
        last = rows[-1][0]


def _renewed(
    values: list[str], fields: list[EncryptedTextField], indexed: list[EncryptedTextField]
) -> list[str]:
    plain = {field: decrypt(text, field.context) for field, text in zip(fields, values, strict=False)}
    texts = [_current(text, plain[field], field.context) for field, text in zip(fields, values, strict=False)]
    return texts + [blind_index(plain[field], field.context) for field in indexed]


def _current(stored: str, plain: str, context: str) -> str:
    return stored if not stored or stored.startswith(f"v1:{newest_key_id()}:") else encrypt(plain, context)


def _rotate_second_factors() -> int:
    """TOTP secrets and recovery seeds lie in a JSON column of allauth."""
    changed = 0
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            before = dict(row.data)
            for name in {"secret", "seed"} & set(row.data):
                text = row.data[name]
                row.data[name] = _current(text, decrypt(text, SECRET_CONTEXT), SECRET_CONTEXT)
            if row.data != before:
                row.save(update_fields=["data"])
                changed += 1
    return changed
