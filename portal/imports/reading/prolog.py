"""The beginning of an XML part: what stands before its first element decides whether it may be parsed at all."""

import re
from typing import BinaryIO

HEAD = 64 * 1024
SKIPPED = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
ELEMENT = re.compile(rb"<[A-Za-z_]")
BOM = b"\xef\xbb\xbf"


def declares_document_type(stream: BinaryIO) -> bool:
    """Whether the part has a document type: entities are the way to bombs and to reading other files (XXE).

    Raises ValueError when no element follows within 64 KiB, or the part is not in UTF-8.
    """
    head = stream.read(HEAD).removeprefix(BOM)
    position = 0
    while match := SKIPPED.match(head, position):
        position = match.end()
    if head.startswith(b"<!DOCTYPE", position):
        return True
    if not ELEMENT.match(head, position):
        raise ValueError("no element at the start of an XML part")
    return False
