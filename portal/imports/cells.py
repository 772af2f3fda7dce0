"""One cell at a time: a parsed value becomes the stored one, or a sentence that says what is wrong and what is accepted.

A parser takes the value as the reader gives it (text, number, bool, {"d": date}, {"f": 1} formula, {"e": 1} error) and
returns the normalised value; it raises `CellProblem`. Blank cells never reach a parser. All pure, no database, no clock.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from portal.kit import uscc as uscc_code
from portal.kit.text import UnreadableText, half_width, is_blank, phone_number, strict_line

Parser = Callable[[Any], Any]

DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[T ]0?0:00(?::00)?(?:\.0+)?)?",
    re.ASCII,
)
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
AROUND_DATE_SIGNS = re.compile(r"\s*([年月/.-])\s*|\s+(?=日)")
PLAIN_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
INDUSTRY = re.compile(r"[A-T]|\d{2,4}", re.ASCII)
LETTERED_INDUSTRY = re.compile(r"[A-T](\d{2,4})", re.ASCII)
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
PLAIN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)
SEPARATORS = re.compile("[;；、]")
EXACT_FLOAT = 1e15  # from here on a number in a workbook has lost digits
LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
AS_TEXT = "请把该列设为“文本”格式后重新填写。"


class CellProblem(ValueError):
    """What is wrong with one cell: `code` for programs, a Chinese sentence for people."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


def normalise(value: str) -> str:
    """NFKC, without invisible characters, single spaces, trimmed. Raises CellProblem for control characters."""
    try:
        return strict_line(value)
    except UnreadableText:
        raise CellProblem("characters", "含有不可见的控制字符或乱码，请删除后重新填写。") from None


def shown(value: Any, limit: int = 80) -> str:
    """The cell as an error report quotes it (at most `limit` characters)."""
    if isinstance(value, dict):
        return value.get("d") or ("（公式）" if "f" in value else "（错误值）")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and abs(value) < EXACT_FLOAT and value.is_integer():
        value = int(value)
    return str(value if value is not None else "")[:limit]


def is_empty(value: Any) -> bool:
    """No value, or text of nothing visible."""
    return value is None or (isinstance(value, str) and is_blank(value))


def refuse_special(value: Any) -> None:
    """Formulas and error values are never read. Raises CellProblem."""
    if isinstance(value, dict) and "d" not in value:
        if "f" in value:
            raise CellProblem("formula", "单元格是公式，请复制后“粘贴为数值”再上传。")
        raise CellProblem("error_value", "单元格是错误值（如 #REF!、#N/A），请更正后再上传。")


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return normalise(value)
    refuse_special(value)
    if isinstance(value, int | float) and not -EXACT_FLOAT < value < EXACT_FLOAT:
        raise CellProblem("number_for_text", "长数字被存成了数值，末尾数字可能已丢失，" + AS_TEXT)
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
    if isinstance(value, str) and uscc_code.is_valid(value):
        return value
    refuse_special(value)
    if not isinstance(value, str):
        raise CellProblem(
            "number_for_text", "统一社会信用代码不是文本（存成了数字或日期），末尾数字可能已丢失，" + AS_TEXT
        )
    code = "".join(half_width(value).split()).upper()
    if SCIENTIFIC.fullmatch(code):
        raise CellProblem("number_for_text", "统一社会信用代码变成了科学计数法，末尾数字已丢失，" + AS_TEXT)
    if len(code) != uscc_code.LENGTH:
        raise CellProblem("uscc_length", f"统一社会信用代码应为 18 位，现为 {len(code)} 位。")
    for place, character in enumerate(code, start=1):
        if character not in uscc_code.ALPHABET:
            hint = f"，是否应为 {LOOKALIKES[character]}？" if character in LOOKALIKES else "。"
            raise CellProblem(
                "uscc_form",
                f"第 {place} 位“{_visible(character)}”不对，只能是数字和大写字母（不含 I、O、S、V、Z）{hint}",
            )
    if not uscc_code.is_valid(code):
        expected = uscc_code.check_character(code[:-1])
        raise CellProblem(
            "uscc_check",
            f"校验位不符：按前 17 位推算，第 18 位应为 {expected}，现为 {code[-1]}，请逐位核对是否有误或颠倒。",
        )
    return code


def _visible(character: str) -> str:
    return character if character.isprintable() else "不可见字符"


def code(max_length: int, what: str = "编号") -> Parser:
    """A plain code: letters, digits, - and _, beginning with a letter or digit. A whole number is taken as it reads."""

    def parse(value: Any) -> str:
        if isinstance(value, bool | dict) and not (isinstance(value, dict) and value.keys() & {"f", "e"}):
            raise CellProblem("number_for_text", f"{what}不是文本（存成了日期或是非值），" + AS_TEXT)
        given = "".join(half_width(_as_text(value)).split())
        if SCIENTIFIC.fullmatch(given):
            raise CellProblem("number_for_text", f"{what}变成了科学计数法，" + AS_TEXT)
        if len(given) > max_length:
            raise CellProblem("too_long", f"{what}过长（{len(given)} 字），最多 {max_length} 字。")
        if given and not PLAIN_CODE.fullmatch(given):
            raise CellProblem("code", f"{what}只能用字母、数字、下划线和连字符，以字母或数字开头。")
        return given

    return parse


class choice:
    """One of the given names; the value behind it is stored. Says what is accepted and what comes nearest."""

    FEW = 10
    MAX_HINTS = 500  # comparing names is slow, and a file that needs more is wrong as a whole

    def __init__(self, names: Mapping[str, Any], what: str):
        self.names = names
        self.what = what
        self.hints = 0

    def __call__(self, value: Any) -> Any:
        given = _as_text(value)
        if given in self.names:
            return self.names[given]
        compact = given.replace(" ", "")
        if compact in self.names:
            return self.names[compact]
        raise CellProblem("choice", f"{self.what}没有“{given[:30]}”，{self._hint(given)}")

    def _hint(self, given: str) -> str:
        if len(self.names) <= self.FEW:
            return f"可填：{'、'.join(self.names)}。" if self.names else "目前没有可填的内容，请联系管理员。"
        self.hints += 1
        if self.hints > self.MAX_HINTS:
            return "请从模板的下拉列表中选择。"
        near = get_close_matches(given[:60], self.names, n=3, cutoff=0.3)
        return f"是否为：{'、'.join(near)}？" if near else "请从模板的下拉列表中选择。"


def date(
    what: str, *, not_after: datetime.date | None = None, not_before: datetime.date | None = None
) -> Parser:
    """A calendar day: an Excel date, 2026/1/5, 2026年1月5日, 2026-01-05, 2026.1.5 or 20260105."""
    earliest = not_before or datetime.date(1900, 1, 1)

    def parse(value: Any) -> datetime.date:
        day = _day(value, what)
        if day < earliest:
            raise CellProblem("date_early", f"{what}不能早于 {earliest.isoformat()}。")
        if not_after is not None and day > not_after:
            raise CellProblem("date_future", f"{what}不能晚于今天（{not_after.isoformat()}）。")
        return day

    return parse


def _day(value: Any, what: str) -> datetime.date:
    refuse_special(value)
    if isinstance(value, dict):
        return datetime.date.fromisoformat(value["d"])
    if not isinstance(value, bool):
        given = half_width(value if isinstance(value, str) else shown(value)).strip()
        match = DATE.fullmatch(given) or COMPACT_DATE.fullmatch(given)
        match = match or DATE.fullmatch(AROUND_DATE_SIGNS.sub(r"\1", given))
        if match:
            year, month, day = (int(part) for part in match.groups() if part is not None)
            try:
                return datetime.date(year, month, day)
            except ValueError:
                raise CellProblem("date", f"{what}不是真实存在的日期，请核对年、月、日。") from None
    raise CellProblem("date", f"{what}应为日期，如 2026-01-05、2026/1/5、2026年1月5日或 20260105。")


def phone(value: Any) -> str:
    """A mobile number (11 digits) or a landline with area code. A number is refused like a code is (F14)."""
    if isinstance(value, str) and PLAIN_MOBILE.fullmatch(value):
        return value
    refuse_special(value)
    if not isinstance(value, str):
        raise CellProblem("number_for_text", "电话不是文本（存成了数字或日期），" + AS_TEXT)
    if number := phone_number(value):
        return number
    if SCIENTIFIC.fullmatch(half_width(value).strip()):
        raise CellProblem("number_for_text", "电话变成了科学计数法，" + AS_TEXT)
    raise CellProblem("phone", "电话应为 11 位手机号，或带区号的座机，如 021-57812345。")


def industry_code(value: Any) -> str:
    """GB/T 4754: a section letter (A–T) or 2 to 4 digits; C2661 is taken as 2661.

    A number of three digits is refused: it may be 0111 without its zero.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and 100 <= value < 1000:
        raise CellProblem("number_for_text", "行业代码存成了数字，开头的 0 可能已丢失，" + AS_TEXT)
    refuse_special(value)
    given = (half_width(value).strip() if isinstance(value, str) else shown(value)).upper()
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
