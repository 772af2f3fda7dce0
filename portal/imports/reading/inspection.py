"""What a file is, by its content and before anything parses it (reliability F13, F18)."""

import codecs
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .problem import ACCEPTED, BROKEN, SheetProblem
from .prolog import declares_document_type

MAX_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_UNPACKED = 800 * 1024 * 1024
MAX_RATIO = 300  # a real sheet of repeated rows packs 20 to 60 times; a bomb a thousand times
RATIO_FROM = 16 * 1024 * 1024
CHUNK = 1024 * 1024
NEVER_PARSED = ("customxml/", "docprops/")  # other programs' parts, in any encoding
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = (
    (b"%PDF", "PDF 文件"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"BM", "图片"),
    (b"II*\x00", "图片"), (b"MM\x00*", "图片"), (b"RIFF", "图片或音视频"),
    (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"), (b"\x1f\x8b", "gzip 压缩包"), (b"PK", "压缩包"),
    (b"MZ", "程序文件"), (b"\x7fELF", "程序文件"), (b"{\\rtf", "RTF 文档"),
)  # fmt: skip
WEB = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta", b"mime-version:")


@dataclass(frozen=True)
class Inspected:
    """`format` is "xlsx" or "csv"; `encoding` and `lines` (line ends, for a progress bar) are given for csv."""

    path: Path
    format: str
    encoding: str = ""
    lines: int = 0


def inspect(path: Path, *, max_bytes: int = MAX_BYTES) -> Inspected:
    """What the file is. Raises SheetProblem with a sentence for everything but a harmless .xlsx or a .csv."""
    with path.open("rb") as file:
        head = file.read(8192)
        if not head:
            raise SheetProblem("empty", "文件是空的。" + ACCEPTED)
        if path.stat().st_size > max_bytes:
            limit = max_bytes // CHUNK
            raise SheetProblem("too_large", f"文件超过 {limit} MB，请拆分成几个文件上传。")
        if head.startswith(b"PK\x03\x04"):
            _check_workbook(file)
            return Inspected(path, "xlsx")
        if head.startswith(OLE2):
            raise _old_or_locked(file, head)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise SheetProblem("encoding", "文件是 UTF-16 编码，无法读取，请另存为 UTF-8 的 .csv 或 .xlsx。")
        for magic, name in OTHERS:
            # Two letters alone could be a header; the binary formats they begin have zero bytes as well.
            if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
                raise SheetProblem("format", f"这是{name}，不是表格。" + ACCEPTED)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB):
            raise SheetProblem("format", "这是网页或 XML 文件，不是表格。" + ACCEPTED)
        return _text_table(path, file)


def _old_or_locked(file: BinaryIO, head: bytes) -> SheetProblem:
    """An OLE2 file is an old .xls, or a locked .xlsx whose directory names the encrypted package."""
    head = head.ljust(512, b"\x00")
    sector_shift, directory = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
    file.seek(min((directory + 1) << min(sector_shift, 12), MAX_BYTES))
    if "EncryptedPackage".encode("utf-16-le") in file.read(64 * 1024) + head:
        return SheetProblem("encrypted", "工作簿设有打开密码，无法读取，请取消密码后重新保存再上传。")
    return SheetProblem(
        "old_format", "这是旧版 .xls 或其他 Office 文档，请在 Excel 中另存为 .xlsx 后再上传。"
    )


# -- Workbooks -----------------------------------------------------------------------------------------------------
def _check_workbook(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            _check_kind(archive, {entry.filename for entry in entries})
            for entry in entries:
                name = entry.filename.lower()
                if name.endswith((".xml", ".rels")) and not name.startswith(NEVER_PARSED):
                    _check_part(archive, entry)
    except SheetProblem:
        raise
    except Exception as error:  # zipfile answers broken files with a dozen kinds of errors
        raise SheetProblem("broken", BROKEN) from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Sizes, names and locks by the archive's directory, before any entry is unpacked."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise SheetProblem("too_large", "工作簿展开后过大，请拆分成几个文件上传。")
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise SheetProblem("bomb", "工作簿的压缩比异常，可能不是正常的表格，未读取。")
        if entry.flag_bits & 0x1:
            raise SheetProblem("encrypted", "文件设有密码，无法读取，请取消密码后重新保存再上传。")
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise SheetProblem("broken", "工作簿内部结构异常，未读取。")
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * sum(entry.compress_size for entry in entries):
        raise SheetProblem("bomb", "工作簿的压缩比异常，可能不是正常的表格，未读取。")
    if len({entry.filename.lower() for entry in entries}) < len(entries):  # two readers would see two files
        raise SheetProblem("broken", "工作簿内部结构异常，未读取。")


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise SheetProblem("old_format", "这是 .xlsb 工作簿，请在 Excel 中另存为 .xlsx 后再上传。")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        kind = "OpenDocument 表格" if "mimetype" in names else "压缩包或其他文档"
        raise SheetProblem("format", f"这是{kind}，不是 .xlsx 工作簿。" + ACCEPTED)
    with archive.open("[Content_Types].xml") as stream:
        types = stream.read(CHUNK)
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SheetProblem("macro", "工作簿含有宏，不能上传，请另存为不含宏的 .xlsx。")


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with archive.open(entry) as stream:
        if declares_document_type(stream):
            raise SheetProblem("entity", "工作簿内含有不允许的 XML 实体声明，未读取。")


# -- Text tables ---------------------------------------------------------------------------------------------------
def _text_table(path: Path, file: BinaryIO) -> Inspected:
    """UTF-8 (with or without BOM) if the whole file is, else GB18030 if the whole file is; never a guess (F18)."""
    for encoding in ("utf-8-sig", "gb18030"):
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        lines = 0
        try:
            while chunk := file.read(CHUNK):
                if b"\x00" in chunk:
                    raise SheetProblem("format", "文件不是文本（含有空字节）。" + ACCEPTED)
                decoder.decode(chunk)
                lines += chunk.count(b"\n")
            decoder.decode(b"", final=True)
            return Inspected(path, "csv", encoding, lines)
        except UnicodeDecodeError:
            continue
    raise SheetProblem("encoding", "无法识别文件编码，请另存为 UTF-8 或 GB18030 编码的 .csv，或上传 .xlsx。")
