"""Rows on their way through the database: the temporary tables of one transaction, filled and read by COPY and SQL."""

import orjson

from portal.kit.encryption import FieldSealer

from .registry import SheetKind
from .sheet import CellError, CheckedRow

TABLES = """
DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.refused, pg_temp.verdict;
CREATE TEMPORARY TABLE incoming (row_no int, key text, values jsonb, outcome text) ON COMMIT DROP;
CREATE TEMPORARY TABLE refused (row_no int, key text, values jsonb, errors jsonb) ON COMMIT DROP;
CREATE TEMPORARY TABLE verdict (row_no int, outcome text, changes jsonb, error text, value text, faults jsonb)
  ON COMMIT DROP
"""
# A slice is looked up in tables of any size, which are in memory by then: the planner must take the index for it, not
# read a whole table for every slice.
PLANNER = "SET LOCAL seq_page_cost = 0.05; SET LOCAL random_page_cost = 0.06; SET LOCAL jit = off"
OVERVIEW = "SELECT outcome, count(*) FROM verdict GROUP BY outcome"


def create_tables(cursor, kind: SheetKind) -> None:
    """The tables of a check or commit; they vanish with the transaction."""
    for statement in (*PLANNER.split(";"), *TABLES.split(";")):
        cursor.execute(statement)
    kind.prepare(cursor)


def fill(cursor, table: str, columns: str, lines: list[bytes]) -> None:
    """Lines in COPY's text format, one call."""
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write(b"".join(lines))


def count_rows(cursor) -> None:
    """Tells the planner how large the slice is; a guess ten times too high makes it read whole tables."""
    cursor.execute("ANALYZE incoming (row_no)")


def line(row_no: int, *cells: str | bytes) -> bytes:
    """One line of COPY's text format; bytes are JSON, which holds no tab or line break."""
    return b"\t".join([b"%d" % row_no, *map(_escaped, cells)]) + b"\n"


def _escaped(cell: str | bytes) -> bytes:
    if isinstance(cell, bytes):
        return cell.replace(b"\\", b"\\\\")
    if not cell.isalnum():
        for plain, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            cell = cell.replace(plain, escaped)
    return cell.encode()


def as_json(values: object) -> bytes:
    return orjson.dumps(values, default=str)


class Seals:
    """The personal fields of a kind: every value becomes ciphertext, blind index and mask before it is stored."""

    def __init__(self, kind: SheetKind):
        self._fields = [
            (name, f"{name}_bidx", f"{name}_mask", FieldSealer(how.context).seal, how.mask)
            for name, how in kind.personal.items()
        ]

    def seal(self, values: dict) -> dict:
        """Changes and returns `values`."""
        for name, index, shown, seal, mask in self._fields:
            plain = values.get(name)
            if plain is not None:
                values[name], values[index] = seal(plain)
                values[shown] = mask(plain)
        return values


def valid_line(row: CheckedRow, key: str, seals: Seals) -> bytes:
    return line(row.row_no, key, as_json(seals.seal(row.values)))


def refused_line(row: CheckedRow, key: str, kind: SheetKind, seals: Seals) -> bytes:
    errors = [error_json(error, kind) for error in row.errors]
    return line(row.row_no, key, as_json(seals.seal(row.values)), as_json(errors))


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
