"""What the search of the handbook looks into, and the piece of an answer that it shows. Pure."""

from portal.kit.search import normalise

EXCERPT = 80  # characters


def search_text(question: str, keywords: str, answer: str) -> str:
    """Question, keywords and answer as one text without white space, as the n-gram index compares it.

    Each part is normalised whole: `normalise` cuts at the length of a search, so it goes piece by piece.
    """
    text = " ".join((question, keywords, answer))
    return "".join(normalise(text[start : start + 40]) for start in range(0, len(text), 40))


def excerpt(answer: str, text: str) -> str:
    """The part of an answer around the first place where the search occurs, else its beginning."""
    squeezed = " ".join(answer.split())
    place = squeezed.lower().find(text.strip().lower()) if text.strip() else -1
    start = max(place - EXCERPT // 4, 0)
    piece = squeezed[start : start + EXCERPT]
    return f"{'…' if start else ''}{piece}{'…' if start + EXCERPT < len(squeezed) else ''}"
