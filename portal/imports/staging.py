"""Rows on their way through the database: the temporary tables of one transaction, filled and read by COPY and SQL."""

from collections.abc import Iterable

import orjson

from portal.kit.encryption import blind_index, encrypt

from .registry import Personal, SheetKind
from .sheet import CellError, CheckedRow

TABLES = """
CREATE TEMPORARY TABLE incoming (row_no int, key text, values jsonb) ON COMMIT DROP;
CREATE TEMPORARY TABLE refused (row_no int, key text, values jsonb, errors jsonb) ON COMMIT DROP;
CREATE TEMPORARY TABLE verdict (row_no int, outcome text, changes jsonb, error text, value text) ON COMMIT DROP
"""
OVERVIEW = "SELECT outcome, count(*) FROM verdict GROUP BY outcome"


def create_tables(cursor, kind: SheetKind) -> None:
    """The tables of a check or commit; they vanish with the transaction."""
    for statement in TABLES.split(";"):
        cursor.execute(statement)
    kind.prepare(cursor)


def copy_lines(cursor, table: str, columns: str, lines: list[bytes]) -> None:
    """Lines in COPY's text format, one call."""
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write(b"".join(lines))


def line(*cells: object) -> bytes:
    """One line of COPY's text format; bytes are taken for JSON (no tab or line break inside)."""
    return b"\t".join(_cell(cell) for cell in cells) + b"\n"


def _cell(cell: object) -> bytes:
    if isinstance(cell, bytes):
        return cell.replace(b"\\", b"\\\\") if b"\\" in cell else cell
    if isinstance(cell, int):
        return b"%d" % cell
    text = str(cell).encode()
    for plain, escaped in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")):
        text = text.replace(plain, escaped)
    return text


def as_json(values: object) -> bytes:
    return orjson.dumps(values, default=str)


def sealed(values: dict, personal: Iterable[tuple[str, Personal]]) -> dict:
    """`values` with every personal field as ciphertext, blind index and mask. Changes and returns the same dict."""
    for name, how in personal:
        plain = values.get(name)
        if plain is not None:
            values[name] = encrypt(plain, how.context)
            values[name + "_bidx"] = blind_index(plain, how.context)
            values[name + "_mask"] = how.mask(plain)
    return values


def valid_line(row: CheckedRow, key: str, personal: list[tuple[str, Personal]]) -> bytes:
    return line(row.row_no, key, as_json(sealed(row.values, personal)))


def refused_line(row: CheckedRow, key: str, kind: SheetKind) -> bytes:
    return line(
        row.row_no,
        key,
        as_json(sealed(row.values, kind.personal.items())),
        as_json([error_json(error, kind) for error in row.errors]),
    )


def error_json(error: CellError, kind: SheetKind) -> dict:
    """An error as it is stored: the quoted value of a personal column is masked."""
    stored = error.as_json()
    for name, how in kind.personal.items():
        if kind.sheet.column(name).header == error.column:
            stored["value"] = how.mask(error.value)
    return stored


def counts_of(cursor) -> dict[str, int]:
    """Rows by outcome in `verdict`."""
    cursor.execute(OVERVIEW)
    return dict(cursor.fetchall())


def clear(cursor, *tables: str) -> None:
    cursor.execute(f"TRUNCATE {', '.join(tables)}")
