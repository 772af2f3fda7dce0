"""Money as people read it: yuan in the database, 万元 or 亿元 on the screen (domain.md, Money)."""

from decimal import ROUND_HALF_UP, Decimal

WAN = Decimal(10_000)
YI = Decimal(100_000_000)


def _short(value: Decimal, places: int = 2) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_wan(yuan: Decimal) -> str:
    """197346400 → "19,734.64": the figure in 万元 without its unit."""
    return _short(yuan / WAN)


def readable(yuan: Decimal | None) -> str:
    """The amount with the unit that fits: below 1 万 in 元, below 1 亿 in 万元, else in 亿元. None gives "—"."""
    if yuan is None:
        return "—"
    size = abs(yuan)
    if size < WAN:
        return f"{_short(yuan)} 元"
    if size < YI:
        return f"{in_wan(yuan)} 万元"
    return f"{_short(yuan / YI)} 亿元"
