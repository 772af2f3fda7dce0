"""What every feature's `demo.py` receives: which district, how much of it, as of which day, and repeatable chance.

A demo row is found again by its natural key, so loading twice adds nothing; what people changed since stays theirs.
Dates are counted back from the day of loading, so that a demo loaded today looks alive today; everything else comes
from the seed and is the same in every installation.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import uscc as gb32100

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I O S V Z
SPACE = len(ALPHABET) ** 6
INVENTED = "DM"  # organisation codes are issued with digits or MA; this prefix belongs to nobody
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
)
GIVEN = "明华建国志强文军晓红丽芳敏静磊涛勇艳娟霞波辉刚平桂兰英玉珍琴云峰旭东海燕雪梅宁欣怡佳琪子涵思远浩然"


@dataclass(frozen=True)
class DemoRun:
    """One loading of a demo district. `scale` multiplies the enterprises; `today` is the day it is loaded for."""

    district: str
    scale: int
    today: date

    def chance(self, *key: object) -> random.Random:
        """A random source that depends on the district and the key only: the same row is the same everywhere."""
        return random.Random("/".join(map(str, (self.district, *key))))

    @property
    def prefix(self) -> str:
        """What codes begin with that are unique in the portal, so that two demo districts can stand in one database.

        The first district's have none.
        """
        return "" if self.district == "songjiang" else f"{self.district}-"

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def invented_uscc(number: int, *, area: str, category: str = "1") -> str:
    """The `number`-th invented code of an area (GB/T 2260): valid check characters, a prefix never issued.

    `category`: 1 enterprise, 2 self-employed. Numbers are spread over the space so that neighbours look unrelated.
    """
    left = (number * 377_219_177 + 151_099) % SPACE  # 377219177 is coprime to 31, so no two numbers meet
    serial = ""
    for _ in range(6):
        left, digit = divmod(left, len(ALPHABET))
        serial = ALPHABET[digit] + serial
    body = INVENTED + serial
    total = sum(weight * int(c, 36) for weight, c in zip(ORGANISATION_WEIGHTS, body, strict=True))
    check = "0123456789X0"[11 - total % 11]
    front = f"9{category}{area}{body}{check}"
    return front + gb32100.calc_check_digit(front)


def invented_person(chance: random.Random) -> tuple[str, str]:
    """A name and a mobile number that belong to nobody in particular: `1xx 0000 xxxx`."""
    given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    return chance.choice(
        SURNAMES
    ) + given, f"1{chance.choice((38, 39, 50, 86))}0000{chance.randrange(10_000):04d}"


def weighted(chance: random.Random, table: Sequence[tuple[object, float]]):
    """One value of `[(value, weight), …]`."""
    values, weights = zip(*table, strict=True)
    return chance.choices(values, weights)[0]


def in_chunks(numbers: range, size: int) -> Iterator[range]:
    """The range in pieces of `size`, so that one transaction never holds a whole large demo."""
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
