"""What a file hides: a second file behind the first, what a PDF would run, a name that feigns another kind, viruses.

Viruses are looked for by clamd where settings.CLAMD names one ("host:port" or the path of a socket); everything else
needs nothing.
"""

import re
import socket
import struct
import zipfile
from contextlib import closing
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

CHUNK = 64 * 1024
SECONDS = 20
RUNS = re.compile(rb"/(?:Launch|JavaScript)(?![A-Za-z])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
EXECUTABLE = frozenset({
    ".apk", ".bat", ".cmd", ".cpl", ".dll", ".exe", ".hta", ".htm", ".html", ".jar", ".js", ".jse", ".lnk", ".msc", ".msi",
    ".php", ".pif", ".ps1", ".reg", ".scr", ".svg", ".vbe", ".vbs", ".wsf", ".wsh",
})  # fmt: skip


class ScannerAway(Exception):
    """clamd is named in the settings and does not answer: nothing is accepted unseen."""


def hidden(name: str, kind: str, file: BinaryIO) -> str:
    """The sentence that says why a file of this name and kind is refused; empty when nothing was found.

    Raises ScannerAway when it could not be looked for viruses. The file is read from its beginning.
    """
    if any(suffix.lower() in EXECUTABLE for suffix in PurePath(name).suffixes[:-1]):
        return _("文件名中夹带可执行文件的扩展名，请改名后上传。")
    is_archive = kind.startswith("application/") and kind != "application/pdf"
    if not is_archive and zipfile.is_zipfile(file):
        return _("这个文件里夹带了另一个压缩文件，不能上传。")
    if kind == "application/pdf" and _runs(file):
        return _("这个 PDF 含有会自动运行的内容，请另存为普通 PDF 后上传。")
    if virus := _virus(file):
        return _("文件含有病毒（%(name)s），不能上传。") % {"name": virus}
    return ""


def _runs(file: BinaryIO) -> bool:
    """Whether a PDF would start a program or a script; names may be written with #xx."""
    file.seek(0)
    content = file.read()
    return bool(RUNS.search(ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)))


def _virus(file: BinaryIO) -> str:
    """The name of the virus that clamd finds; empty for none, or without a clamd."""
    if not settings.CLAMD:
        return ""
    try:
        with closing(_connected()) as line:
            answer = _asked(line, file)
    except OSError as error:
        raise ScannerAway from error
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND").rpartition(": ")[2]
    if not answer.endswith(" OK"):
        raise ScannerAway(answer)
    return ""


def _connected() -> socket.socket:
    if settings.CLAMD.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        line.connect(settings.CLAMD)
        return line
    host, _colon, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host, int(port)), SECONDS)


def _asked(line: socket.socket, file: BinaryIO) -> str:
    """clamd's INSTREAM: chunks with their length before them, an empty one at the end, one sentence back."""
    file.seek(0)
    line.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        line.sendall(struct.pack("!L", len(chunk)) + chunk)
    line.sendall(struct.pack("!L", 0))
    answer = b""
    while not answer.endswith(b"\0") and (more := line.recv(1024)):
        answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
