"""The parent's side: starts the parsing child, reads its batches, turns its death into a sentence."""

import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from .inspection import Inspected, inspect
from .problem import SheetProblem

MAX_MESSAGE = 64 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[3]
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one file may use. The child's memory is address space: 200 000 rows of 25 columns fit in half of it."""

    rows: int = 200_000
    columns: int = 200
    memory: int = 1024 * MEGABYTE
    cpu_seconds: int = 120
    silence_seconds: int = 180


class SheetReader:
    """An open sheet: `headers` (values of the first row), then `batches()`. Use as a context manager.

    `total` is the number of rows after the header as far as the file tells (a progress bar may use it), else None.
    """

    def __init__(self, file: Inspected, *, preferred: str = "", limits: Limits | None = None):
        self.file = file
        self.limits = limits or Limits()
        self.preferred = preferred
        self.headers: list[Any] = []
        self.sheet_name = ""
        self.total: int | None = None
        self._child: subprocess.Popen | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
            message = self._receive()
        except BaseException:
            self.close()
            raise
        self.headers, self.sheet_name, self.total = message["headers"], message["sheet"], message["total"]
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child, also in the middle of its work."""
        if self._child is not None:
            self._child.kill()
            self._child.stdout.close()
            self._child.wait()
            self._child = None

    def batches(self, size: int = 2_000) -> Iterator[tuple[int, list[list[Any]]]]:
        """(Excel row number of the first row, about `size` rows) until the sheet ends. Raises SheetProblem in between.

        Messages are smaller than batches, so that a wide sheet's message stays below its limit.
        """
        first, rows = 0, []
        while "end" not in (message := self._receive()):
            if not rows:
                first = message["first"]
            rows += message["rows"]
            if len(rows) >= size:
                yield first, rows
                rows = []
        if rows:
            yield first, rows

    def _start(self) -> None:
        """A fresh interpreter: it inherits no connection, no settings and no secret of ours."""
        arguments = {
            "path": str(self.file.path.resolve()),
            "format": self.file.format,
            "encoding": self.file.encoding,
            "lines": self.file.lines,
            "preferred": self.preferred,
            "limits": {
                "memory": self.limits.memory,
                "seconds": self.limits.cpu_seconds,
                "columns": self.limits.columns,
                "rows": self.limits.rows,
            },
        }
        self._child = subprocess.Popen(
            [sys.executable, "-m", "portal.imports.reading.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # what poll says must not hide in a buffer
            cwd=ROOT,
            env={
                "PYTHONPATH": str(ROOT),
                "PYTHONUTF8": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                "MALLOC_ARENA_MAX": "2",
            },
        )
        self._ready = select.poll()
        self._ready.register(self._child.stdout, select.POLLIN | select.POLLHUP)
        try:
            self._child.stdin.write(orjson.dumps(arguments) + b"\n")
            self._child.stdin.close()
        except BrokenPipeError:
            raise self._death() from None

    def _receive(self) -> dict:
        if self._child is None:
            raise SheetProblem("closed", "文件已关闭，读取中断。")
        head = self._read(4)
        (length,) = struct.unpack(">I", head)
        if length > MAX_MESSAGE:
            raise self._death()
        message = orjson.loads(self._read(length))
        if "problem" in message:
            raise SheetProblem(*message["problem"])
        return message

    def _read(self, size: int) -> bytes:
        """Exactly `size` bytes from the child; its silence or end is its death."""
        data = bytearray()
        while len(data) < size:
            ready = self._ready.poll(self.limits.silence_seconds * 1000)
            piece = self._child.stdout.read(size - len(data)) if ready else b""
            if not piece:
                raise self._death()
            data += piece
        return bytes(data)

    def _death(self) -> SheetProblem:
        """The child was ended by its memory or time limit, or crashed on the file."""
        self.close()
        return SheetProblem("too_large", "表格过大或结构异常，读取时超出限制，请删除多余的行列后重新上传。")


def open_sheet(path: Path, *, preferred: str = "", limits: Limits | None = None) -> SheetReader:
    """A reader of the sheet named `preferred` or else the first visible one. Raises SheetProblem for unusable files."""
    return SheetReader(inspect(path), preferred=preferred, limits=limits)
