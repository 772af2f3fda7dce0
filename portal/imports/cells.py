"""One cell at a time: a parsed value becomes the stored one, or a sentence that says what is wrong and what is accepted.

A parser takes the value as the reader gives it (text, number, bool, {"d": date}, {"f": 1} formula, {"e": 1} error) and
returns the normalised value; it raises `CellProblem`. Blank cells never reach a parser. All pure, no database, no clock.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from portal.kit import uscc as uscc_code

Parser = Callable[[Any], Any]

SPACE = re.compile(r"\s+")
HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u180e]")  # zero-width and soft hyphen: taken out
FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)  # control and direction: refused
PLAIN_TEXT = re.compile(r"[!-~\u4e00-\u9fff]+(?: [!-~\u4e00-\u9fff]+)*")
INTEGER = re.compile(r"\d{1,12}|\d{1,3}(?:,\d{3})+", re.ASCII)
DECIMAL = re.compile(r"(?:\d{1,12}|\d{1,3}(?:,\d{3})+)(?:\.\d{1,8})?", re.ASCII)
DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)",
    re.ASCII,
)
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
MOBILE = re.compile(r"(?:\+?86[- ]?)?(1[3-9]\d{9})", re.ASCII)
LANDLINE = re.compile(r"(0\d{2,3})[- ]?(\d{7,8})(?:[-转 ]{1,2}(\d{1,6}))?", re.ASCII)
SERVICE_LINE = re.compile(r"[48]00[- ]?\d{3,4}[- ]?\d{3,4}", re.ASCII)
INDUSTRY = re.compile(r"[A-T]|\d{2,4}", re.ASCII)
LETTERED_INDUSTRY = re.compile(r"[A-T](\d{2,4})", re.ASCII)
SEPARATORS = re.compile("[;；、]")
WAN = Decimal(10_000)


class CellProblem(ValueError):
    """What is wrong with one cell: `code` for programs, a Chinese sentence for people."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


def normalise(value: str) -> str:
    """NFKC, without hidden characters, single spaces, trimmed. Raises CellProblem for control characters."""
    if PLAIN_TEXT.fullmatch(value):
        return value
    value = HIDDEN.sub("", unicodedata.normalize("NFKC", value))
    if FORBIDDEN.search(value):
        raise CellProblem("characters", "含有不可见的控制字符，请删除后重新填写。")
    return SPACE.sub(" ", value).strip()


def is_blank(value: Any) -> bool:
    """Empty, or text of nothing visible."""
    return value is None or (isinstance(value, str) and not HIDDEN.sub("", value).strip())


def shown(value: Any, limit: int = 80) -> str:
    """The cell as an error report quotes it (at most `limit` characters)."""
    if isinstance(value, dict):
        return value.get("d") or ("（公式）" if "f" in value else "（错误值）")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value if value is not None else "")[:limit]


def _special(value: Any) -> None:
    if isinstance(value, dict) and "d" not in value:
        if "f" in value:
            raise CellProblem("formula", "单元格是公式，请复制后“粘贴为数值”再上传。")
        raise CellProblem("error_value", "单元格是错误值（如 #REF!、#N/A），请更正后再上传。")


def _as_text(value: Any) -> str:
    _special(value)
    if isinstance(value, str):
        return normalise(value)
    return shown(value, 1_000)


def text(max_length: int) -> Parser:
    """Any text on one line up to `max_length` characters; numbers and dates are taken as they read."""

    def parse(value: Any) -> str:
        result = _as_text(value)
        if len(result) > max_length:
            raise CellProblem("too_long", f"内容过长（{len(result)} 字），最多 {max_length} 字。")
        return result

    return parse


def uscc(value: Any) -> str:
    """A unified social credit code. A number is refused: Excel has already lost its last digits (F14)."""
    _special(value)
    if not isinstance(value, str):
        raise CellProblem(
            "number_for_text",
            "统一社会信用代码被存成了数字，末尾数字可能已丢失，请把该列设为“文本”格式后重新填写。",
        )
    code = normalise(value).replace(" ", "").upper()
    if len(code) != uscc_code.LENGTH:
        raise CellProblem("uscc_length", f"统一社会信用代码应为 18 位，现为 {len(code)} 位。")
    if not uscc_code.has_valid_form(code):
        wrong = next(c for c in code if c not in uscc_code.ALPHABET)
        raise CellProblem(
            "uscc_form", f"统一社会信用代码只含数字和大写字母（不含 I、O、S、V、Z），不能有“{wrong}”。"
        )
    if not uscc_code.is_valid(code):
        raise CellProblem(
            "uscc_check", "统一社会信用代码的校验位（第 18 位）与前 17 位不符，请逐位核对是否有误或颠倒。"
        )
    return code


def choice(names: Mapping[str, Any], what: str) -> Parser:
    """One of the given names; the value behind it is stored. Says what is accepted and what comes nearest."""
    offered = "、".join(dict.fromkeys(str(name) for name in names))

    def parse(value: Any) -> Any:
        given = _as_text(value)
        if given in names:
            return names[given]
        if len(names) <= 8:
            raise CellProblem("choice", f"{what}没有“{given[:30]}”，可填：{offered}。")
        near = "、".join(get_close_matches(given, [str(name) for name in names], n=3, cutoff=0.3))
        hint = f"是否为：{near}？" if near else "请从模板的下拉列表中选择。"
        raise CellProblem("choice", f"{what}没有“{given[:30]}”，{hint}")

    return parse


def integer(maximum: int, what: str = "数值") -> Parser:
    """A whole number from 0 to `maximum`, in ASCII digits after normalising; thousands commas are accepted."""

    def parse(value: Any) -> int:
        _special(value)
        if isinstance(value, (bool, dict)):
            raise CellProblem("not_a_number", f"{what}应为整数，如 12。")
        if isinstance(value, int | float):
            if value != value or value in (float("inf"), float("-inf")) or value != int(value):
                raise CellProblem("not_whole", f"{what}应为整数，不能有小数。")
            number = int(value)
        else:
            given = normalise(value).replace("−", "-")
            if given.startswith("-") and INTEGER.fullmatch(given[1:].strip()):
                raise CellProblem("negative", f"{what}不能为负数。")
            given = given[:-2] if re.fullmatch(r"\d+\.0", given, re.ASCII) else given
            if not INTEGER.fullmatch(given):
                raise CellProblem("not_a_number", f"{what}应为整数，如 12，不要带单位或文字。")
            number = int(given.replace(",", ""))
        if number < 0:
            raise CellProblem("negative", f"{what}不能为负数。")
        if number > maximum:
            raise CellProblem("too_big", f"{what}过大，最多 {maximum}，请核对单位和位数。")
        return number

    return parse


def money_wan(maximum_wan: int, what: str = "金额") -> Parser:
    """万元 in the sheet, yuan with two decimals (Decimal) in the result; from 0 to `maximum_wan` 万元."""

    def parse(value: Any) -> Decimal:
        _special(value)
        if isinstance(value, (bool, dict)):
            raise CellProblem("not_a_number", f"{what}应为以万元计的数字，如 1234.56。")
        if isinstance(value, int | float):
            if value != value or value in (float("inf"), float("-inf")):
                raise CellProblem("not_a_number", f"{what}应为以万元计的数字，如 1234.56。")
            wan = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        else:
            given = normalise(value).replace("−", "-")
            if given.startswith("-") and DECIMAL.fullmatch(given[1:].strip()):
                raise CellProblem("negative", f"{what}不能为负数。")
            if not DECIMAL.fullmatch(given):
                raise CellProblem("not_a_number", f"{what}应为以万元计的数字，如 1234.56，不要带单位或文字。")
            wan = Decimal(given.replace(",", ""))
        if wan < 0:
            raise CellProblem("negative", f"{what}不能为负数。")
        if wan > maximum_wan:
            raise CellProblem("too_big", f"{what}过大（单位是万元），最多 {maximum_wan} 万元，请核对单位。")
        return (wan * WAN).quantize(Decimal("0.01"))

    return parse


def date(
    what: str, *, not_after: datetime.date | None = None, not_before: datetime.date | None = None
) -> Parser:
    """A calendar day: an Excel date, 2026/1/5, 2026年1月5日, 2026-01-05, 2026.1.5 or 20260105."""
    earliest = not_before or datetime.date(1900, 1, 1)

    def parse(value: Any) -> datetime.date:
        _special(value)
        day = _day(value, what)
        if day < earliest:
            raise CellProblem("date_early", f"{what}不能早于 {earliest:%Y-%m-%d}。")
        if not_after is not None and day > not_after:
            raise CellProblem("date_future", f"{what}不能晚于今天（{not_after:%Y-%m-%d}）。")
        return day

    return parse


def _day(value: Any, what: str) -> datetime.date:
    refusal = CellProblem("date", f"{what}应为日期，如 2026-01-05、2026/1/5、2026年1月5日或 20260105。")
    if isinstance(value, dict):
        return datetime.date.fromisoformat(value["d"])
    if isinstance(value, bool):
        raise refusal
    if isinstance(value, int | float):
        value = shown(value)
    given = normalise(value).replace(" ", "").removesuffix("T00:00:00").removesuffix("00:00:00")
    match = DATE.fullmatch(given) or COMPACT_DATE.fullmatch(given)
    if not match:
        raise refusal
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise CellProblem("date", f"{what}不是真实存在的日期，请核对年、月、日。") from error


def phone(value: Any) -> str:
    """A mobile number (11 digits) or a landline with area code. A number is refused like a code is (F14)."""
    _special(value)
    if not isinstance(value, str):
        raise CellProblem("number_for_text", "电话被存成了数字，请把该列设为“文本”格式后重新填写。")
    given = normalise(value)
    if match := MOBILE.fullmatch(given):
        return match[1]
    if match := LANDLINE.fullmatch(given):
        return f"{match[1]}-{match[2]}" + (f"-{match[3]}" if match[3] else "")
    if SERVICE_LINE.fullmatch(given):
        return given.replace(" ", "-")
    raise CellProblem("phone", "电话应为 11 位手机号，或带区号的座机，如 021-57812345。")


def industry_code(value: Any) -> str:
    """GB/T 4754: a section letter (A–T) or 2 to 4 digits; C2661 is taken as 2661."""
    given = _as_text(value).upper()
    if match := LETTERED_INDUSTRY.fullmatch(given):
        return match[1]
    if INDUSTRY.fullmatch(given):
        return given
    raise CellProblem("industry", "行业代码应为 GB/T 4754 的门类字母（A–T）或 2 至 4 位数字。")


def several(max_length: int, max_items: int) -> Parser:
    """Several texts in one cell, split by ; ； or 、; without doubles, in their order."""

    def parse(value: Any) -> list[str]:
        items = [part.strip() for part in SEPARATORS.split(_as_text(value))]
        items = list(dict.fromkeys(part for part in items if part))
        if len(items) > max_items:
            raise CellProblem("too_many", f"最多填写 {max_items} 项，现有 {len(items)} 项。")
        for item in items:
            if len(item) > max_length:
                raise CellProblem("too_long", f"“{item[:12]}……”过长，每项最多 {max_length} 字。")
        return items

    return parse
