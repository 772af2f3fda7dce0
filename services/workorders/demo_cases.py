"""What the demo's demands are about: cases that suit whoever raises them (demo_cases.toml).

An invented enterprise is called what it does (enterprises/registry/demo_names.py), so its name tells its trade: a
bakery renews its food licence, a snack shop has nothing to write off for research.
"""

import random
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

PREFIXED = 0.6  # of the demands of makers and technology firms: "传感器企业…"


@dataclass(frozen=True)
class Case:
    """What a demand is about, and who handles it: codes of an element and of departments."""

    element: str
    title: str
    body: str
    result: str
    lead: str
    joint: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Trade:
    """What an enterprise makes or does: the groups of cases that suit it, and the things they speak of."""

    groups: frozenset[str]
    items: tuple[str, ...]

    @property
    def is_named(self) -> bool:
        """Whether a title may say what kind of enterprise it is."""
        return not self.groups.isdisjoint(("maker", "tech"))


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("demo_cases.toml").read_text(encoding="utf-8"))


def trade_of(name: str) -> Trade:
    """The trade with the longest word that the enterprise's name holds; one without any is a company of no trade."""
    known = _trades()
    word = max((word for word in known if word in name), key=len, default="")
    return known[word]


def invented_case(chance: random.Random, name: str) -> Case:
    """One of the cases that suit the enterprise of this name, with its blanks filled in; joint departments in one of
    three."""
    trade = trade_of(name)
    row = chance.choice([row for row in texts()["cases"] if not trade.groups.isdisjoint(row["groups"])])
    fill = {
        "count": chance.randint(3, 40),
        "amount": chance.choice((30, 50, 80, 120, 200, 300, 500)),
        "month": chance.randint(1, 12),
        "item": chance.choice(trade.items),
    }
    says_what = chance.random() < PREFIXED and trade.is_named
    title = f"{fill['item']}企业{row['title']}" if says_what else row["title"]
    joint = tuple(row.get("joint", ())) if chance.random() < 0.35 else ()
    return Case(
        row["element"], title, row["body"].format(**fill), row["result"].format(**fill), row["lead"], joint
    )


@lru_cache(maxsize=1)
def _trades() -> dict[str, Trade]:
    """By the words that names hold."""
    known = {"": Trade(frozenset(["service"]), ("配套服务",))}
    for row in texts()["trades"]:
        trade = Trade(frozenset(row["groups"]), tuple(row["items"]))
        known |= dict.fromkeys(row["words"], trade)
    return known
