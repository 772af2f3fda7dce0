"""Who books in the demo: enterprises near the station first, some far more often than others, only whom the item is for."""

import random
from dataclasses import dataclass
from datetime import date

from enterprises.registry.demo import BASE
from enterprises.registry.models import Enterprise
from portal.accounts.demo import ENTERPRISE_USERS
from portal.kit.demo import DemoRun, invented_person, invented_uscc

from ..stations.models import ServiceItem
from ..stations.rules.eligibility import Facts, conditions, full_years

MOST = 20  # times the demo's enterprises: with a larger --scale the first of them book the more
OWN = set(ENTERPRISE_USERS.values())


@dataclass(frozen=True)
class Client:
    number: int
    pk: int
    town: int
    facts: Facts


class Clients:
    """The demo's enterprises by town, read once a loading."""

    def __init__(self, demo: DemoRun, area: str, today: date):
        self.demo = demo
        numbers = range(1, BASE * min(demo.scale, MOST) + 1)
        by_code = {invented_uscc(number, area=area): number for number in numbers}
        rows = Enterprise.objects.filter(uscc__in=list(by_code)).values_list(
            "uscc", "pk", "town_id", "kind", "status", "employees", "founded_on"
        )
        self.everyone = sorted(
            (
                Client(
                    by_code[uscc],
                    pk,
                    town,
                    Facts(kind, status, "", employees=staff, years=full_years(founded, today)),
                )
                for uscc, pk, town, kind, status, staff, founded in rows
            ),
            key=lambda row: row.number,
        )
        self.near: dict[int, list[Client]] = {}
        for row in self.everyone:
            self.near.setdefault(row.town, []).append(row)
        self._conditions: dict[int, list] = {}

    def pick(self, chance: random.Random, item: ServiceItem, town: int, taken: set[int]) -> Client | None:
        """Somebody for whom the item is and who has no booking of the session yet; None when chance finds nobody."""
        for _attempt in range(8):
            pool = self.near.get(town, self.everyone) if chance.random() < 0.72 else self.everyone
            client = pool[int(len(pool) * chance.random() ** 1.7)]
            if client.number not in OWN and client.pk not in taken and self.may_book(client, item):
                return client
        return None

    def may_book(self, client: Client, item: ServiceItem) -> bool:
        if item.pk not in self._conditions:
            wanted = conditions(item.eligibility)
            self._conditions[item.pk] = [
                row for row in wanted if row.field in {"kind", "status", "employees", "years"}
            ]
        return all(row.is_met(client.facts) for row in self._conditions[item.pk])

    def contact(self, client: Client) -> tuple[str, str]:
        return invented_person(self.demo.chance("booking-contact", client.number))
