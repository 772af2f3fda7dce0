"""For whom a service item is: conditions as data, each with a sentence, read by page, form and server alike.

An item's `eligibility` is `{}` (for everybody) or some of
`{"kind": [codes], "status": [codes], "chain": [codes], "town": [codes], "honour": [names], "employees": {"min": n,
"max": n}, "revenue": {"min": "yuan", "max": "yuan"}, "years": {"min": n, "max": n}, "members": {"min": n, "max": n}}`.
A list is met by any of its values, a range by every bound. What the register does not know refuses nobody.
Policies say in the same way whom they are for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.money import readable

LISTS = ("kind", "status", "chain", "town", "honour")
RANGES = ("employees", "revenue", "years", "members")
MOST = 200  # codes in one list
LONGEST_HONOUR = 60
LARGEST = {
    "employees": Decimal(10**7),
    "revenue": Decimal(10**15),
    "years": Decimal(1000),
    "members": Decimal(10**5),
}
SENTENCES = {
    "kind": gettext_lazy("企业类型须为%(values)s。"),
    "status": gettext_lazy("登记状态须为%(values)s。"),
    "chain": gettext_lazy("企业须在以下产业链上：%(values)s。"),
    "town": gettext_lazy("企业须位于%(values)s。"),
    "honour": gettext_lazy("企业须具有以下资质荣誉之一：%(values)s。"),
}
BOUNDS = {
    ("employees", "min"): gettext_lazy("从业人数不少于 %(value)s 人。"),
    ("employees", "max"): gettext_lazy("从业人数不超过 %(value)s 人。"),
    ("revenue", "min"): gettext_lazy("上年营业收入不低于 %(value)s。"),
    ("revenue", "max"): gettext_lazy("上年营业收入不超过 %(value)s。"),
    ("years", "min"): gettext_lazy("成立满 %(value)s 年。"),
    ("years", "max"): gettext_lazy("成立不超过 %(value)s 年。"),
    ("members", "min"): gettext_lazy("正式党员不少于 %(value)s 名。"),
    ("members", "max"): gettext_lazy("正式党员不超过 %(value)s 名。"),
}
OWN = {
    "employees": gettext_lazy("从业 %(value)s 人"),
    "revenue": gettext_lazy("上年营业收入 %(value)s"),
    "years": gettext_lazy("成立 %(value)s 年"),
    "members": gettext_lazy("正式党员 %(value)s 名"),
}
UNKNOWN = gettext_lazy("档案未登记，以申报材料为准")


@dataclass(frozen=True)
class Facts:
    """What an enterprise is, as conditions ask for it. None: the register does not know. `revenue` in yuan."""

    kind: str
    status: str
    town: str
    chains: frozenset[str] = frozenset()
    employees: int | None = None
    revenue: Decimal | None = None
    years: int | None = None
    honours: frozenset[str] = frozenset()
    members: int | None = None

    def of(self, field: str) -> Any:
        """What the enterprise is in one field: a set of codes, a code, a number or None."""
        return getattr(self, {"chain": "chains", "honour": "honours"}.get(field, field))


@dataclass(frozen=True)
class Condition:
    """One condition: `field` with the accepted codes, or one bound ("min", "max") of a number."""

    field: str
    accepted: tuple[str, ...] = ()
    bound: str = ""
    limit: Decimal = Decimal(0)

    def sentence(self, names: Mapping[str, Mapping[str, str]]) -> str:
        """As it reads on the page. `names`: field → code → name; a code without a name is shown as it is."""
        if self.accepted:
            known = names.get(self.field, {})
            values = _("、").join(str(known.get(code, code)) for code in self.accepted)
            return SENTENCES[self.field] % {"values": values}
        value = readable(self.limit) if self.field == "revenue" else f"{self.limit:f}"
        return BOUNDS[self.field, self.bound] % {"value": value}

    def is_met(self, facts: Facts) -> bool:
        value = facts.of(self.field)
        if isinstance(value, frozenset):
            return not value.isdisjoint(self.accepted)
        if self.accepted:
            return value in self.accepted
        if value is None:
            return True
        return value >= self.limit if self.bound == "min" else value <= self.limit

    def own(self, facts: Facts, names: Mapping[str, Mapping[str, str]]) -> str:
        """What the enterprise has to show for it, in words: 从业 56 人; for a list, those of its values that count."""
        value = facts.of(self.field)
        if self.accepted:
            has = value if isinstance(value, frozenset) else {value}
            counts = [code for code in self.accepted if code in has] or sorted(has)
            return _("、").join(str(names.get(self.field, {}).get(code, code)) for code in counts)
        if value is None:
            return str(UNKNOWN)
        return OWN[self.field] % {"value": readable(value) if self.field == "revenue" else value}


@dataclass(frozen=True)
class Weighed:
    """One condition as one enterprise stands to it: the sentence, whether it is met, and what the enterprise has."""

    sentence: str
    met: bool
    own: str


def weighed(
    eligibility: Mapping[str, Any], facts: Facts, names: Mapping[str, Mapping[str, str]]
) -> list[Weighed]:
    """Every condition with its reason, in the order in which they read best."""
    return [
        Weighed(one.sentence(names), one.is_met(facts), one.own(facts, names))
        for one in conditions(eligibility)
    ]


def conditions(eligibility: Mapping[str, Any]) -> list[Condition]:
    """The conditions of an item's data, in the order in which they read best."""
    found = [Condition(name, accepted=tuple(eligibility[name])) for name in LISTS if eligibility.get(name)]
    for name in RANGES:
        limits = eligibility.get(name) or {}
        found += [
            Condition(name, bound=bound, limit=Decimal(str(limits[bound])))
            for bound in ("min", "max")
            if limits.get(bound) is not None
        ]
    return found


def sentences(eligibility: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Every condition in words; empty when the item is for everybody."""
    return [condition.sentence(names) for condition in conditions(eligibility)]


def unmet(eligibility: Mapping[str, Any], facts: Facts, names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The conditions that an enterprise does not meet, in words; empty when the item is for it."""
    return [condition.sentence(names) for condition in conditions(eligibility) if not condition.is_met(facts)]


def full_years(founded_on: date | None, today: date) -> int | None:
    """How many full years an enterprise exists; None when nobody knows since when."""
    if founded_on is None:
        return None
    return today.year - founded_on.year - ((today.month, today.day) < (founded_on.month, founded_on.day))


def tidy(eligibility: Any, known: Mapping[str, Mapping[str, str]]) -> tuple[dict[str, Any], list[str]]:
    """The data as it is stored, with what is wrong with it in sentences.

    Lists lose doubles and empty ones go, so that two ways of saying the same compare equal. `known`: field → its codes.
    """
    if not isinstance(eligibility, Mapping):
        return {}, [_('办理条件应为对象，例如 {"kind": ["small_micro"]}。')]
    problems, result = [], {}
    for name, value in eligibility.items():
        if name in LISTS:
            codes, trouble = _codes(name, value, known.get(name, {}))
        elif name in RANGES:
            codes, trouble = _limits(name, value)
        else:
            codes, trouble = None, _("没有名为“%(name)s”的办理条件。") % {"name": str(name)[:40]}
        if trouble:
            problems.append(trouble)
        elif codes:
            result[name] = codes
    return result, problems


def _codes(name: str, value: Any, known: Mapping[str, str]) -> tuple[list[str] | None, str]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST:
        return None, _("条件“%(name)s”应为代码列表。") % {"name": name}
    if strange := [code for code in value if not isinstance(code, str) or not _is_known(name, code, known)]:
        return None, _("条件“%(name)s”中没有代码“%(code)s”。") % {"name": name, "code": str(strange[0])[:40]}
    return sorted(set(value)), ""


def _is_known(name: str, code: str, known: Mapping[str, str]) -> bool:
    """Honours are names that people give; everything else has codes."""
    return 0 < len(code.strip()) <= LONGEST_HONOUR if name == "honour" else code in known


def _limits(name: str, value: Any) -> tuple[dict[str, Any] | None, str]:
    if not isinstance(value, Mapping) or set(value) - {"min", "max"}:
        return None, _("条件“%(name)s”应为 min 和 max。") % {"name": name}
    limits: dict[str, Decimal] = {}
    for bound, given in value.items():
        if given is None or given == "":
            continue
        number = _number(given)
        if number is None or not 0 <= number <= LARGEST[name] or (name != "revenue" and number % 1):
            return None, _("条件“%(name)s”的数值不正确。") % {"name": name}
        limits[bound] = number
    if "min" in limits and "max" in limits and limits["min"] > limits["max"]:
        return None, _("条件“%(name)s”的下限大于上限。") % {"name": name}
    if name == "revenue":
        return {bound: f"{number:.2f}" for bound, number in limits.items()}, ""
    return {bound: int(number) for bound, number in limits.items()}, ""


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
