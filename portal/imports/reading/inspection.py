"""What a file is, by its content and before anything parses it (reliability F13, F18)."""

import codecs
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .problem import ACCEPTED, SheetProblem

MAX_ENTRIES = 2_000
MAX_UNPACKED = 800 * 1024 * 1024
MAX_RATIO = 300  # a real sheet of repeated rows packs 20 to 60 times; a bomb a thousand times
RATIO_FROM = 16 * 1024 * 1024
CHUNK = 1024 * 1024
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = (
    (b"%PDF", "PDF 文件"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"),
    (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"), (b"\x1f\x8b", "gzip 压缩包"), (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"), (b"{\\rtf", "RTF 文档"),
)  # fmt: skip


@dataclass(frozen=True)
class Inspected:
    """`format` is "xlsx" or "csv"; `encoding` is given for csv."""

    path: Path
    format: str
    encoding: str = ""


def inspect(path: Path) -> Inspected:
    """What the file is. Raises SheetProblem with a sentence for everything but a harmless .xlsx or a .csv."""
    with path.open("rb") as file:
        head = file.read(8192)
        if not head:
            raise SheetProblem("empty", "文件是空的。" + ACCEPTED)
        if head.startswith(b"PK\x03\x04"):
            _check_workbook(file)
            return Inspected(path, "xlsx")
        if head.startswith(OLE2):
            raise _old_or_locked(file)
        for magic, name in OTHERS:
            if head.startswith(magic):
                raise SheetProblem("format", f"这是{name}，不是表格。" + ACCEPTED)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise SheetProblem("encoding", "文件是 UTF-16 编码，无法读取，请另存为 UTF-8 的 .csv 或 .xlsx。")
        lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if lowered.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
            raise SheetProblem("format", "这是网页或 XML 文件，不是表格。" + ACCEPTED)
        return Inspected(path, "csv", _encoding(file))


def _old_or_locked(file: BinaryIO) -> SheetProblem:
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read(4 * CHUNK):
        return SheetProblem("encrypted", "工作簿设有打开密码，无法读取，请取消密码后重新保存再上传。")
    return SheetProblem(
        "old_format", "这是旧版 .xls 或其他 Office 文档，请在 Excel 中另存为 .xlsx 后再上传。"
    )


def _check_workbook(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            _check_kind(archive, names)
            _check_size(entries)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _check_entry(archive, entry)
    except SheetProblem:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise SheetProblem("broken", "文件不完整或已损坏，请在 Excel 中打开并重新保存后再上传。") from error


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise SheetProblem("old_format", "这是 .xlsb 工作簿，请在 Excel 中另存为 .xlsx 后再上传。")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        kind = "WPS 或 OpenDocument 表格" if "mimetype" in names else "压缩包或其他文档"
        raise SheetProblem("format", f"这是{kind}，不是 .xlsx 工作簿。" + ACCEPTED)
    if "xl/vbaProject.bin" in names or b"macroEnabled" in archive.read("[Content_Types].xml")[:CHUNK]:
        raise SheetProblem("macro", "工作簿含有宏，不能上传，请另存为不含宏的 .xlsx。")


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise SheetProblem("too_large", "工作簿展开后过大，请拆分成几个文件上传。")
    if unpacked > RATIO_FROM and unpacked / packed > MAX_RATIO:
        raise SheetProblem("bomb", "工作簿的压缩比异常，可能不是正常的表格，未读取。")
    for entry in entries:
        if entry.filename.startswith("/") or ".." in entry.filename.split("/"):
            raise SheetProblem("broken", "工作簿内部结构异常，未读取。")
        if entry.flag_bits & 0x1:
            raise SheetProblem("encrypted", "文件设有密码，无法读取，请取消密码后重新保存再上传。")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No document type: entities are the way to bombs and to reading other files (XXE)."""
    with archive.open(entry) as stream:
        head = stream.read(8192)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00" in head:
        raise SheetProblem("entity", "工作簿内含有不允许的 XML 实体声明，未读取。")


def _encoding(file: BinaryIO) -> str:
    """UTF-8 (with or without BOM) if the whole file is, else GB18030 if the whole file is; never a guess (F18)."""
    for encoding in ("utf-8-sig", "gb18030"):
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        try:
            while chunk := file.read(CHUNK):
                if b"\x00" in chunk:
                    raise SheetProblem("format", "文件不是文本（含有空字节）。" + ACCEPTED)
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError:
            continue
    raise SheetProblem("encoding", "无法识别文件编码，请另存为 UTF-8 或 GB18030 编码的 .csv，或上传 .xlsx。")
