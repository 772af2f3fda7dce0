"""Text as people typed or pasted it, made fit to store: what cannot be seen is not stored (reliability F17)."""

import re
import unicodedata

SPACES = re.compile(r"\s+")
LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")


def _visible(text: str, keep: str = "") -> str:
    """Without control, format (zero-width, bidirectional), surrogate, private and unassigned characters."""
    return "".join(
        c if c in keep or not unicodedata.category(c).startswith("C") else " " if c in "\t\n\r" else ""
        for c in text
    )


def clean_line(text: str) -> str:
    """One line for a name, address or code: NFKC, only visible characters, single spaces, trimmed.

    A text of invisible characters alone becomes empty, so that a required field can refuse it.
    """
    return SPACES.sub(" ", _visible(unicodedata.normalize("NFKC", text))).strip()


def clean_text(text: str) -> str:
    """Running text (a note): line breaks and full-width punctuation stay, invisible characters go."""
    return _visible(LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text)), keep="\n").strip()
