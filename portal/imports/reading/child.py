"""The process that parses: `python -m portal.imports.reading.child`. Its limits are its walls; it imports no Django.

Reads one JSON line of arguments, writes length-prefixed JSON messages:
{"headers": […], "sheet": name, "total": rows or null} · {"first": row number, "rows": [[…], …]} · {"end": rows} ·
{"problem": [code, message]}.
Cells: text, number, true/false or null; {"d": "2026-01-05"} a date; {"f": 1} a formula; {"e": 1} an error value.
"""

import resource
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from portal.imports.reading.problem import BROKEN, SheetProblem

BATCH = 500
Row = list[Any]


def send(message: dict) -> None:
    body = orjson.dumps(message)
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


def stream(name: str, total: int | None, rows: Iterator[Row], limits: dict) -> None:
    """Sends the header row, then the rest in batches. Raises SheetProblem for a sheet without headers or past a limit."""
    header = next(rows, None)
    if header is None:
        raise SheetProblem("empty", "表格是空的，请使用模板填写后上传。")
    if not any(isinstance(value, str) and value.strip() for value in header):
        raise SheetProblem("headers", "第一行应为表头，但第一行是空的。请使用模板，表头放在第一行。")
    send({"headers": within(header, 1, limits), "sheet": name, "total": total})
    batch: list[Row] = []
    number = 1
    for number, row in enumerate(rows, start=2):
        if number - 1 > limits["rows"]:
            raise SheetProblem("rows", f"表格超过 {limits['rows']} 行，请拆分成几个文件上传。")
        batch.append(within(row, number, limits))
        if len(batch) == BATCH:
            send({"first": number - BATCH + 1, "rows": batch})
            batch = []
    if batch:
        send({"first": number - len(batch) + 1, "rows": batch})
    send({"end": number - 1})


def within(row: Row, number: int, limits: dict) -> Row:
    """The row, without the empty cells after its last value when it is too wide with them."""
    if len(row) > limits["columns"]:
        while row and row[-1] in (None, ""):
            row.pop()
        if len(row) > limits["columns"]:
            raise SheetProblem(
                "columns", f"第 {number} 行有 {len(row)} 列，最多 {limits['columns']} 列，请删除多余的列。"
            )
    return row


def confine(limits: dict) -> None:
    """From here on the process can use so much memory and time, and write no file."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    arguments = orjson.loads(sys.stdin.buffer.readline())
    limits, path = arguments["limits"], Path(arguments["path"])
    confine(limits)
    try:
        if arguments["format"] == "xlsx":
            from portal.imports.reading.workbook import open_rows

            name, total, rows = open_rows(path, limits, arguments["preferred"])
        else:
            from portal.imports.reading.text_table import open_rows as open_text

            name, total, rows = "", arguments["lines"], open_text(path, arguments["encoding"])
        stream(name, total, rows, limits)
    except SheetProblem as problem:
        send({"problem": [problem.code, problem.message]})
    except MemoryError:
        send({"problem": ["too_large", "表格过大或结构异常，无法读取，请拆分后重新上传。"]})
    except BrokenPipeError:
        pass  # nobody reads any more: the import was cancelled
    except Exception:  # whatever a parser throws at a broken file ends in a sentence
        send({"problem": ["broken", BROKEN]})


if __name__ == "__main__":
    main()
