"""The parent's side: starts the parsing child, reads its batches, turns its death into a sentence."""

import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from .inspection import Inspected, inspect
from .problem import SheetProblem

MEMORY_BYTES = 2 * 1024**3  # address space; resident memory of 100 000 rows is a tenth of it
CPU_SECONDS = 180
MAX_COLUMNS = 200
MAX_ROWS = 200_000
MAX_MESSAGE = 256 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[3]


class SheetReader:
    """An open sheet: `headers` (values of the first row), then `batches()`. Use as a context manager."""

    def __init__(self, file: Inspected, *, preferred: str = "", max_rows: int = MAX_ROWS):
        self.file = file
        self.headers: list[Any] = []
        self.sheet_name = ""
        arguments = {
            "path": str(file.path),
            "format": file.format,
            "encoding": file.encoding,
            "preferred": preferred,
            "limits": {
                "memory": MEMORY_BYTES,
                "seconds": CPU_SECONDS,
                "columns": MAX_COLUMNS,
                "rows": max_rows,
            },
        }
        self._child = subprocess.Popen(
            [sys.executable, "-m", "portal.imports.reading.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(ROOT),
                "MALLOC_ARENA_MAX": "2",
                "LANG": "C.UTF-8",
            },
        )
        self._child.stdin.write(orjson.dumps(arguments) + b"\n")
        self._child.stdin.close()

    def __enter__(self) -> Self:
        try:
            message = self._receive()
        except BaseException:
            self.close()
            raise
        self.headers, self.sheet_name = message["headers"], message["sheet"]
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child, also in the middle of its work."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.stdout.close()
        self._child.wait()

    def batches(self) -> Iterator[tuple[int, list[list[Any]]]]:
        """(Excel row number of the first row, rows) until the sheet ends. Raises SheetProblem in between."""
        while True:
            message = self._receive()
            if "end" in message:
                return
            yield message["first"], message["rows"]

    def _receive(self) -> dict:
        head = self._child.stdout.read(4)
        if len(head) < 4:
            raise self._death()
        (length,) = struct.unpack(">I", head)
        body = self._child.stdout.read(length) if length <= MAX_MESSAGE else b""
        if len(body) < length:
            raise self._death()
        message = orjson.loads(body)
        if "problem" in message:
            raise SheetProblem(*message["problem"])
        return message

    def _death(self) -> SheetProblem:
        """The child was ended by its memory or time limit, or crashed on the file."""
        self._child.kill()
        self._child.wait()
        return SheetProblem("too_large", "表格过大或结构异常，读取时超出限制，请删除多余的行列后重新上传。")


def open_sheet(path: Path, *, preferred: str = "", max_rows: int = MAX_ROWS) -> SheetReader:
    """A reader of the first visible sheet, or of the one named `preferred`. Raises SheetProblem for unusable files."""
    return SheetReader(inspect(path), preferred=preferred, max_rows=max_rows)
