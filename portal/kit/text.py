"""Text as people typed or pasted it, made fit to store: what cannot be seen is not stored (reliability F17)."""

import re
import unicodedata

MOBILE = re.compile(r"(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})", re.ASCII)
LANDLINE = re.compile(r"\(?(010|02\d|0[3-9]\d{2})\)?[- ]?(\d{7,8})(?:[-转 ]{1,2}(\d{1,6}))?", re.ASCII)
SERVICE_LINE = re.compile(r"([48]00)[- ]?(\d{3,4})[- ]?(\d{3,4})", re.ASCII)

SPACES = re.compile(r"\s+")
LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
# Seen by nobody, though some count as letters: soft hyphen, joiners, zero-width spaces, Hangul and Braille blanks,
# variation selectors, tags.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u206a-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Control characters, changes of direction, halves of characters, and the mark of a failed decoding.
UNREADABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd-\uffff]"
)
READABLE_LINE = re.compile(r"[!-~\u4e00-\u9fff]+(?: [!-~\u4e00-\u9fff]+)*")  # nothing to do: the usual cell
FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}


class UnreadableText(ValueError):
    """The text holds characters that no person types and that would mislead who reads it."""


def _visible(text: str, keep: str = "") -> str:
    """Without control, format (zero-width, bidirectional), surrogate, private and unassigned characters."""
    return "".join(
        c if c in keep or not unicodedata.category(c).startswith("C") else " " if c in "\t\n\r" else ""
        for c in INVISIBLE.sub("", text)
    )


def clean_line(text: str) -> str:
    """One line for a name, address or code: NFKC, only visible characters, single spaces, trimmed.

    A text of invisible characters alone becomes empty, so that a required field can refuse it.
    """
    return SPACES.sub(" ", _visible(unicodedata.normalize("NFKC", text))).strip()


def clean_text(text: str) -> str:
    """Running text (a note): line breaks and full-width punctuation stay, invisible characters go."""
    return _visible(LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text)), keep="\n").strip()


def clean_sentence(text: str) -> str:
    """One line of running text (a topic, a reason): as `clean_text`, without line breaks and doubled spaces."""
    return SPACES.sub(" ", clean_text(text))


def strict_line(text: str) -> str:
    """As `clean_line`, for text that another program brings: control characters and changes of direction are refused
    instead of dropped, for they hide what the file says. Raises UnreadableText."""
    if READABLE_LINE.fullmatch(text):
        return text
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if UNREADABLE.search(text):
        raise UnreadableText
    return SPACES.sub(" ", text).strip()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, invisible characters dropped, trimmed.

    For numbers and codes: unlike NFKC it leaves ① and ² as they are, so that they are not read as 1 and 2 (F18).
    """
    return text if text.isascii() else INVISIBLE.sub("", text).translate(FULL_WIDTH)


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return not text or text.isspace() or not INVISIBLE.sub("", text).strip()


def whole_number(text: str, least: int, most: int) -> int | None:
    """The number between `least` and `most` that a plain text of digits says; None for every other text."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None


def phone_number(text: str) -> str | None:
    """A mobile number (11 digits), a landline with area code, or a 400/800 line, in one spelling; None for no phone."""
    given = half_width(text).strip()
    if match := MOBILE.fullmatch(given):
        return "".join(match.groups())
    if match := LANDLINE.fullmatch(given):
        return f"{match[1]}-{match[2]}" + (f"-{match[3]}" if match[3] else "")
    if match := SERVICE_LINE.fullmatch(given):
        return "-".join(match.groups())
    return None
