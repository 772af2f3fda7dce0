"""The rows of a .csv file, in the child process."""

import csv
from collections.abc import Iterator
from pathlib import Path

from portal.imports.formulas import unprotect
from portal.imports.reading.problem import SheetProblem

FIELD_LIMIT = 100_000
DELIMITERS = ",\t;"  # what Excel writes, by the regional settings of the machine


def open_rows(path: Path, encoding: str) -> Iterator[list[str | None]]:
    """Every record with its cells; None for an empty one. Raises SheetProblem for broken quotes."""
    csv.field_size_limit(FIELD_LIMIT)
    with path.open(encoding=encoding, newline="") as file:
        head = file.readline(65_536)
        if head.lower().startswith("sep=") and len(head.rstrip()) == 5:  # Excel's own hint, not a row
            delimiter = head[4]
        else:
            delimiter = max(DELIMITERS, key=head.count)
            file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for record in reader:
                yield [unprotect(value) if value else None for value in record]
        except csv.Error as error:
            raise SheetProblem(
                "csv",
                f"CSV 文件第 {reader.line_num} 行附近格式有误（引号不成对，或单元格过长），请检查后重新上传。",
            ) from error
