"""How a booking of the demo went: asked for, confirmed, moved, given up, missed, served, rated. Each follows from the
session and its place in the row alone, so a second loading plans the same."""

import datetime
import random
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal.kit.demo import DemoRun, weighted

from ..stations.models import ServiceMode
from .demo_people import Client, Clients
from .demo_rows import Planned
from .models import ServiceSession
from .rules import states

MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
LEAD_DAYS = (((0.2, 1.0), 14), ((1.0, 3.0), 34), ((3.0, 7.0), 32), ((7.0, 18.0), 20))
LONG_ITEMS = {"testing", "accreditation", "brand"}  # samples and files stay for days
SLOW = {"maogang": 0.11, "xinbang": 0.09, "shihudang": 0.10}  # stations where more stay away
DEAR = {"jiuting": 0.4, "kaifaqu": 0.3, "sheshan": 0.25}  # stations that are liked better


@dataclass(frozen=True)
class Stage:
    """What every fate needs: the run, who books, who works where, and the moment of loading."""

    demo: DemoRun
    clients: Clients
    staff: dict[int, int]  # town id → user id
    bureau: int
    now: datetime.datetime

    def clerk(self, session: ServiceSession) -> int:
        return self.staff.get(session.station.town_id, self.bureau)

    def key(self, session: ServiceSession) -> str:
        return f"{session.station.code}/{session.item.code}/{session.starts_at:%Y%m%d%H%M}"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "demo_words.toml").read_text(encoding="utf-8"))


def ask(
    stage: Stage, chance: random.Random, session: ServiceSession, client: Client, at: datetime.datetime
) -> Planned:
    """The request itself, not yet in any state."""
    item = session.item
    rows = words()["items"].get(item.code) or [["业务咨询", "已当场答复。"]]
    subject, result = chance.choice(rows)
    modes = item.modes or [ServiceMode.ONSITE]
    others = [mode for mode in modes if mode != ServiceMode.ONSITE]
    mode = chance.choice(others) if others and chance.random() < 0.18 else modes[0]
    by_staff = chance.random() < 0.2
    return Planned(
        session=session, enterprise=client.pk, mode=mode, subject=subject, note=chance.choice(words()["notes"]),
        contact=stage.clients.contact(client), code=f"{chance.randrange(1_000_000):06d}", created_at=at,
        booked_by=stage.clerk(session) if by_staff else None, outcome=result,
    )  # fmt: skip


def asked_at(chance: random.Random, session: ServiceSession) -> datetime.datetime:
    """When it was asked for: hours to weeks before, mostly in the daytime."""
    low, high = weighted(chance, LEAD_DAYS)
    day = timezone.localtime(session.starts_at - datetime.timedelta(days=chance.uniform(low, high)))
    at = day.replace(
        hour=chance.choice((8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 20, 21)), minute=chance.randrange(60)
    )
    return min(at, session.starts_at - 70 * MINUTE)


def enter(stage: Stage, chance: random.Random, row: Planned, *, settled: bool) -> None:
    """The booking holds its place, and is confirmed where the item wants that (`settled`: somebody has looked)."""
    needs = row.session.item.needs_confirmation
    row.step("book", states.PENDING if needs else states.CONFIRMED, row.created_at, row.booked_by)
    if needs and settled:
        last = min(stage.now, row.session.starts_at) - 5 * MINUTE
        at = min(row.created_at + chance.uniform(0.5, 20) * HOUR, max(last, row.created_at + MINUTE))
        row.step("confirm", states.CONFIRMED, at, stage.clerk(row.session))


def past(stage: Stage, chance: random.Random, session: ServiceSession, client: Client) -> Planned:
    """A booking of a day gone by, to its end."""
    row = ask(stage, chance, session, client, asked_at(chance, session))
    fate = chance.random()
    if session.closed_at is not None:
        enter(stage, chance, row, settled=True)
        row.step("closure", None, session.closed_at, note=session.closed_reason)
        row.step("cancel", states.CANCELLED, session.starts_at, note="场次停止服务，未改期。")
        return row
    if fate < 0.12:
        return _walked_in(stage, chance, row)
    if session.item.needs_confirmation and fate < 0.20:
        enter(stage, chance, row, settled=False)
        row.step("decline", states.DECLINED, _between(chance, row.created_at, session.starts_at), stage.clerk(session),
                 note=chance.choice(words()["decline_reasons"]))  # fmt: skip
        return row
    enter(stage, chance, row, settled=True)
    if fate < 0.28:
        reason = chance.choice(words()["cancel_reasons"])
        row.step(
            "cancel", states.CANCELLED, _between(chance, row.steps[-1][-1], session.starts_at), note=reason
        )
        return row
    if chance.random() < 0.06:
        row.sequence = 1
        row.step(
            "reschedule",
            None,
            _between(chance, row.steps[-1][-1], session.starts_at),
            data={"session": session.pk},
        )
    if row.created_at < session.starts_at - DAY:
        row.step(
            "remind",
            None,
            max(session.starts_at - 24 * HOUR, row.steps[-1][-1]),
            data={"sequence": row.sequence},
        )
    if row.mode == ServiceMode.ONSITE and chance.random() < SLOW.get(session.station.code, 0.045):
        row.step("no_show", states.NO_SHOW, session.starts_at + 16 * MINUTE)
        return row
    serve(stage, chance, row, session.starts_at + chance.randint(-20, 10) * MINUTE)
    return row


def _walked_in(stage: Stage, chance: random.Random, row: Planned) -> Planned:
    arrived = row.session.starts_at + chance.randint(0, 35) * MINUTE
    row.created_at, row.booked_by, row.is_walk_in = arrived, stage.clerk(row.session), True
    row.mode, row.note = ServiceMode.ONSITE, ""
    row.step("walk_in", states.CHECKED_IN, arrived, row.booked_by)
    serve(stage, chance, row, arrived)
    return row


def serve(
    stage: Stage, chance: random.Random, row: Planned, arrived: datetime.datetime, *, ending: str = ""
) -> None:
    """Checked in, called, served, and perhaps rated; long work may still be in progress. `ending`: neither."""
    clerk, session = stage.clerk(row.session), row.session
    at = arrived
    if row.mode == ServiceMode.ONSITE:
        if not row.is_walk_in:
            row.step("check_in", states.CHECKED_IN, at, clerk)
        at = max(at + chance.randint(2, 15) * MINUTE, session.starts_at)
        row.step("call", None, at, clerk)
    at = max(at + MINUTE, session.starts_at)
    row.step("start", states.IN_SERVICE, at, clerk)
    days_gone = (stage.now - session.starts_at) / DAY
    if not ending and session.item.code in LONG_ITEMS and days_gone < 9 and chance.random() < 0.10:
        return  # the sample is in the laboratory
    done = at + chance.randint(12, 50) * MINUTE
    row.step("complete", states.COMPLETED, done, clerk, note=row.outcome)
    judged = done + chance.uniform(0.1, 60) * HOUR
    if not ending and chance.random() < 0.62 and judged < stage.now:
        judge(stage, chance, row, judged)


def judge(stage: Stage, chance: random.Random, row: Planned, at: datetime.datetime) -> None:
    """A rating; one of 2 or less is followed up, mostly within days."""
    liking = DEAR.get(row.session.station.code, 0.0) - SLOW.get(row.session.station.code, 0.0)
    score = weighted(chance, ((5, 60 + 40 * liking), (4, 27), (3, 8), (2, 3.2 - 4 * liking), (1, 1.8)))
    kind = "comments_high" if score >= 4 else "comments_middle" if score == 3 else "comments_low"
    row.rate(score, chance.choice(words()[kind]), at)
    if score <= 2:
        closed = at + chance.uniform(4, 90) * HOUR
        if closed < stage.now and chance.random() < 0.85:
            row.follow(at, chance.choice(words()["follow_ups"]), closed, stage.clerk(row.session))
        else:
            row.follow(at)


def waited(
    stage: Stage, chance: random.Random, session: ServiceSession, client: Client, before: datetime.datetime
) -> Planned:
    """Somebody who came when all places were gone: in line, or let go when the session had begun. `before`: the
    session's start, or the day of loading when that comes first."""
    at = before - chance.uniform(0.5, 30) * HOUR
    row = ask(stage, chance, session, client, at)
    row.step("wait", states.WAITING, at, row.booked_by)
    if session.starts_at <= stage.now:
        row.step("cancel", states.CANCELLED, session.starts_at, note="场次已开始，候补结束。")
    return row


def coming(
    stage: Stage, chance: random.Random, session: ServiceSession, client: Client, cutoff, *, early: bool
) -> Planned | None:
    """A booking of a day to come; None when it has not been asked for yet (`cutoff`: the day of loading begins)."""
    at = asked_at(chance, session)
    if early and at >= cutoff and session.starts_at < cutoff + 14 * DAY:
        at = cutoff - chance.uniform(2, 60) * HOUR
    if at >= cutoff:
        return None
    row = ask(stage, chance, session, client, at)
    fate = chance.random()
    enter(stage, chance, row, settled=cutoff - at > DAY and fate < 0.85)
    if session.item.needs_confirmation and fate > 0.95:
        row.steps, row.stamps, row.status = row.steps[:1], {}, row.steps[0][2]
        row.step("decline", states.DECLINED, _between(chance, at, cutoff), stage.clerk(session),
                 note=chance.choice(words()["decline_reasons"]))  # fmt: skip
    elif fate < 0.07:
        row.step("cancel", states.CANCELLED, _between(chance, row.steps[-1][-1], max(cutoff, row.steps[-1][-1] + MINUTE)),
                 note=chance.choice(words()["cancel_reasons"]))  # fmt: skip
    return row


def _between(chance: random.Random, first: datetime.datetime, last: datetime.datetime) -> datetime.datetime:
    return first + (last - first) * chance.uniform(0.05, 0.9)
