"""Which moves a canned reply may begin, and in which field its text goes. Pure."""

from collections.abc import Mapping

REPLIED: Mapping[str, str] = {
    "reject": "reason",
    "return": "reason",
    "report": "text",
    "ask": "text",
    "extend": "reason",
    "refuse_extension": "reason",
    "resolve": "result",
}
"""Move → the field that its text fills. What the enterprise writes is its own."""
