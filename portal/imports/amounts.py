"""Cells that hold a number: counts and money. ASCII digits only, after full-width ones are folded (F18)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.kit.text import half_width

from .cells import CellProblem, Parser, refuse_special

DIGITS = r"(?:\d+|\d{1,3}(?:,\d{3})+)"
INTEGER = re.compile(rf"(-?){DIGITS}(?:\.0+)?", re.ASCII)
DECIMAL = re.compile(rf"(-?){DIGITS}(?:\.(\d+))?", re.ASCII)
LONGEST = 24  # characters; longer is absurd, whatever the limit
WAN = Decimal(10_000)
FEN = Decimal("0.01")
PLACES = 6  # of 万元: a hundredth of a yuan


def integer(maximum: int, what: str = "数值") -> Parser:
    """A whole number from 0 to `maximum`; thousands commas are accepted in their places."""
    refusal = f"{what}应为整数，如 12，不要带单位或文字。"

    def parse(value: Any) -> int:
        number = _number(value, INTEGER, what, refusal)
        if number != number.to_integral_value():
            raise CellProblem("not_whole", f"{what}应为整数，不能有小数。")
        return int(_within(number, maximum, what, f"最多 {maximum}，请核对位数。"))

    return parse


def money_wan(maximum_wan: int, what: str = "金额") -> Parser:
    """万元 in the sheet, yuan with two decimals (Decimal) in the result; from 0 to `maximum_wan` 万元."""
    refusal = f"{what}应为以万元计的数字，如 1234.56，不要带单位或文字。"

    def parse(value: Any) -> Decimal:
        wan = _number(value, DECIMAL, what, refusal)
        wan = _within(wan, maximum_wan, what, f"单位是万元，最多 {maximum_wan} 万元，请核对单位。")
        return (wan * WAN).quantize(FEN, rounding=ROUND_HALF_UP)

    return parse


def _number(value: Any, form: re.Pattern, what: str, refusal: str) -> Decimal:
    refuse_special(value)
    if isinstance(value, bool | dict):
        raise CellProblem("not_a_number", refusal)
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise CellProblem("not_a_number", refusal)
        return number
    given = half_width(value).strip()
    match = form.fullmatch(given.replace("- ", "-"))
    if not match:
        if form is INTEGER and DECIMAL.fullmatch(given):
            raise CellProblem("not_whole", f"{what}应为整数，不能有小数。")
        raise CellProblem("not_a_number", refusal)
    if len(given) > LONGEST:
        raise CellProblem("too_big", f"{what}的位数过多，请核对。")
    if form is DECIMAL and match[2] and len(match[2].rstrip("0")) > PLACES:
        raise CellProblem("too_precise", f"{what}最多 {PLACES} 位小数。")
    return Decimal(given.replace("- ", "-").replace(",", ""))


def _within(number: Decimal, maximum: int, what: str, limit: str) -> Decimal:
    if number < 0:
        raise CellProblem("negative", f"{what}不能为负数。")
    if number > maximum:
        raise CellProblem("too_big", f"{what}过大，{limit}")
    return number
