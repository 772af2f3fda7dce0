"""Finding items by words: every word must occur; when none does, what shares most pairs of characters comes near."""

from collections.abc import Iterable
from typing import TypeVar

Row = TypeVar("Row")
MOST_WORDS = 6


def words(text: str) -> list[str]:
    """The words of a search, at most six; Chinese without spaces is one word."""
    return list(dict.fromkeys(text.lower().split()))[:MOST_WORDS]


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters; of a single character, itself."""
    squeezed = "".join(text.lower().split())
    return {squeezed[i : i + 2] for i in range(len(squeezed) - 1)} or ({squeezed} if squeezed else set())


def near(rows: Iterable[tuple[Row, str]], text: str) -> list[Row]:
    """Rows (with their text) that share a pair of characters with the search, the best first, equals in order."""
    wanted = pairs(text)
    scored = [(len(wanted & pairs(own)), row) for row, own in rows]
    return [row for score, row in sorted(scored, key=lambda one: -one[0]) if score]
