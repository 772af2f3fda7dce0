"""Frozen figures as people read them: cells of tables, and sentences. Pure; the language of a bulletin is Chinese."""

from decimal import Decimal
from typing import Any

from portal.kit.money import WAN, in_wan

NOTHING = "—"
BEFORE = {"month": "上月", "quarter": "上季度"}
Row = dict[str, Any]


def decimal_of(text: str | None) -> Decimal | None:
    """A stored number."""
    return None if text is None else Decimal(text)


def number_of(row: Row, text: str | None) -> Decimal | None:
    """A stored number in the unit that is shown: amounts in 万元."""
    value = decimal_of(text)
    return value / WAN if value is not None and row["money"] else value


def unit_of(row: Row) -> str:
    """The unit that is shown."""
    return "万元" if row["money"] else row["unit"]


def cell(row: Row, text: str | None) -> str:
    """A stored number as a cell: amounts in 万元, rates with two decimals, counts grouped."""
    value = decimal_of(text)
    if value is None:
        return NOTHING
    if row["money"]:
        return in_wan(value)
    return f"{value:,.2f}" if row["kind"] == "rate" else f"{value:,f}".removesuffix(".00")


def change(row: Row, text: str | None) -> str:
    """+5.20%, −1.30 点: a change in percent, of a percentage in points."""
    value = decimal_of(text)
    if value is None:
        return NOTHING
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):,.2f}{'点' if _in_points(row) else '%'}"


def since_new_year(row: Row) -> str:
    """What came together since the year began: only of what happens; what stands has no such sum."""
    return cell(row, row["year"]) if row["kind"] == "flow" else NOTHING


def percent(text: str | None) -> str:
    """How much of a target is reached."""
    return NOTHING if text is None else f"{Decimal(text):,.2f}%"


def sentence(row: Row, step: str) -> str:
    """“开展活动 120 次，比上月增长 5.20%，同比下降 3.10%；” without a closing mark. Empty for what is not known."""
    if row["value"] is None:
        return ""
    unit = unit_of(row)
    parts = [f"{row['name']}{cell(row, row['value'])}{unit}"]
    before = f"较{BEFORE[step]}末" if row["kind"] in {"stock", "snapshot"} else f"比{BEFORE[step]}"
    parts += [_compared(before, row, row["change"]), _compared("同比", row, row["year_on_year"])]
    if row["kind"] == "flow" and row["year"] is not None:
        parts.append(f"本年累计{cell(row, row['year'])}{unit}")
    if row["progress"] is not None:
        parts.append(f"完成年度目标的{percent(row['progress'])}")
    return "，".join(part for part in parts if part)


def _compared(with_what: str, row: Row, text: str | None) -> str:
    value = decimal_of(text)
    if value is None:
        return ""
    if value == 0:
        return f"{with_what}持平"
    if _in_points(row):
        return f"{with_what}{'提高' if value > 0 else '降低'}{abs(value):,.2f}个百分点"
    return f"{with_what}{'增长' if value > 0 else '下降'}{abs(value):,.2f}%"


def _in_points(row: Row) -> bool:
    return row["kind"] == "rate" and row["unit"] == "%"
