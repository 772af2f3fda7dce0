"""What a spreadsheet program would run, and how a CSV cell says that it is text (reliability F15). No Django: the
reading child imports it."""

import re

# Excel and others also run what follows spaces, and full-width signs; a cell that begins with our own mark gets a second
# one, so that reading takes off exactly what writing put on.
RUNS = re.compile(r"['\s\u200b\ufeff]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫−]|'*[\t\r\n]")
MARKED = re.compile(r"'" + r"(?=" + RUNS.pattern + r")")


def protect(text: str) -> str:
    """`text` as a CSV cell that no program runs: an apostrophe before what could begin a formula."""
    return f"'{text}" if RUNS.match(text) else text


def unprotect(text: str) -> str:
    """The text behind a protected cell; other text as it is."""
    return text[1:] if MARKED.match(text) else text
