"""What the demo's two enterprises have booked themselves: served, rated, given up, one to rate, one offered, some to come.

What lies ahead goes through the actions, so that the inboxes hold what such bookings tell.
"""

import datetime

from django.db.models import F, QuerySet

from portal.accounts.demo import ENTERPRISE_USERS, demo_user
from portal.accounts.models import User

from .actions import book
from .actions.places import offer, take
from .demo_fates import DAY, HOUR, MINUTE, Stage, ask, enter, serve, words
from .demo_people import Client
from .demo_rows import Planned, write
from .demo_sessions import Ground
from .models import Booking, ServiceSession
from .rules import states

ANSWER_WITHIN = 26 * HOUR
LOW = (2, "到场才知道缺一份材料，白跑一趟")


def load(stage: Stage, ground: Ground) -> None:
    """The history once; what lies ahead whenever an enterprise has nothing ahead."""
    numbered = {client.number: client for client in stage.clients.everyone}
    for username, number in ENTERPRISE_USERS.items():
        client = numbered.get(number)
        if client is None:
            continue
        own = Booking.objects.filter(enterprise=client.pk)
        if not own.exists():
            write(ground.district.pk, _history(stage, client, is_second=number == 2))
        if not own.filter(session__starts_at__gt=stage.now).exists():
            _ahead(stage, ground, client, demo_user(ground.district, username), is_second=number == 2)


def _history(stage: Stage, client: Client, *, is_second: bool) -> list[Planned]:
    fates = (
        (45, "low" if is_second else "rated"),
        (30, "no_show" if is_second else "cancelled"),
        (16, "declined" if is_second else "rated"),
        (4, "to_rate"),
    )
    found: list[Planned] = []
    for days_ago, fate in fates:
        near = stage.now - datetime.timedelta(days=days_ago)
        rows = _free(client, near - 12 * DAY, near, except_for=found).order_by("-starts_at")
        wants = fate == "declined"
        session = next(
            (
                row
                for row in rows[:60]
                if row.item.needs_confirmation == wants and stage.clients.may_book(client, row.item)
            ),
            None,
        )
        if session is not None:
            found.append(_gone_by(stage, client, session, fate))
    return found


def _gone_by(stage: Stage, client: Client, session: ServiceSession, fate: str) -> Planned:
    chance = stage.demo.chance("own", client.number, fate, f"{session.starts_at:%m%d}")
    row = ask(stage, chance, session, client, session.starts_at - 3 * DAY - 2 * HOUR)
    row.mode, row.booked_by = "onsite", None
    enter(stage, chance, row, settled=fate != "declined")
    if fate == "declined":
        row.step("decline", states.DECLINED, row.created_at + 20 * HOUR, stage.clerk(session),
                 note=words()["decline_reasons"][0])  # fmt: skip
    elif fate == "cancelled":
        row.step("cancel", states.CANCELLED, session.starts_at - 26 * HOUR, note=words()["cancel_reasons"][0])
    else:
        row.step("remind", None, session.starts_at - 24 * HOUR, data={"sequence": 0})
        if fate == "no_show":
            row.step("no_show", states.NO_SHOW, session.starts_at + 16 * MINUTE)
        else:
            serve(stage, chance, row, session.starts_at - 8 * MINUTE, ending=fate)
    if fate == "rated":
        row.rate(5, words()["comments_high"][3], session.starts_at + 5 * HOUR)
    elif fate == "low":
        row.rate(*LOW, session.starts_at + 5 * HOUR)
        row.follow(
            row.steps[-1][-1], words()["follow_ups"][1], session.starts_at + 30 * HOUR, stage.clerk(session)
        )
    return row


def _ahead(stage: Stage, ground: Ground, client: Client, user: User, *, is_second: bool) -> None:
    """One confirmed, one to be confirmed or two in one request, and a place in line: offered to the first enterprise."""
    now = stage.now
    sure = _choose(stage, client, now + 2 * DAY, needs_confirmation=False)
    asked = _choose(stage, client, now + 5 * DAY, needs_confirmation=not is_second, besides=sure)
    if is_second:
        _book(client, user, [row for row in (sure, asked) if row])
        _queue(stage, ground, client, offered=False)
    else:
        _book(client, user, [sure] if sure else [])
        _book(client, user, [asked] if asked else [])
        _queue(stage, ground, client, offered=True)


def _book(client: Client, user: User, sessions: list[ServiceSession]) -> None:
    if sessions:
        subject = words()["items"][sessions[0].item.code][0][0]
        name, phone = _contact(client)
        enterprise = Booking._meta.get_field("enterprise").related_model.objects.get(pk=client.pk)
        book(by=user, sessions=[row.pk for row in sessions], enterprise=enterprise, mode="onsite", subject=subject,
             contact_name=name, contact_phone=phone)  # fmt: skip


def _contact(client: Client) -> tuple[str, str]:
    return "林思远", f"138000080{client.number:02d}"


def _queue(stage: Stage, ground: Ground, client: Client, *, offered: bool) -> None:
    """A session that is full but for the place just given up; the enterprise is first in line, two more behind it."""
    session = _choose(stage, client, stage.now + 4 * DAY, needs_confirmation=False, quiet=True)
    if session is None:
        return
    chance = stage.demo.chance("queue", client.number, stage.demo.today)
    taken = {client.pk, *session.bookings.values_list("enterprise_id", flat=True)}
    rows: list[Planned] = []
    left = session.capacity - session.booked
    for number in range(left + 2):
        other = stage.clients.pick(chance, session.item, session.station.town_id, taken)
        if other is None:
            continue
        taken.add(other.pk)
        row = ask(stage, chance, session, other, stage.now - (60 - number) * HOUR)
        enter(stage, chance, row, settled=True)
        if number == left - 1 and offered:
            row.step("cancel", states.CANCELLED, stage.now - 12 * MINUTE, note=words()["cancel_reasons"][1])
        if number >= left:
            row.steps, row.stamps, row.status = [], {}, ""
            row.created_at = stage.now - (20 - number) * HOUR
            row.step("wait", states.WAITING, row.created_at, row.booked_by)
        rows.append(row)
    mine = ask(stage, chance, session, client, stage.now - 30 * HOUR)
    mine.mode, mine.booked_by, mine.contact = "onsite", None, _contact(client)
    mine.step("wait", states.WAITING, mine.created_at)
    write(ground.district.pk, [*rows, mine])
    if offered and take(session, now=stage.now):
        booking = Booking.objects.select_related(
            "session__station", "session__item", "enterprise", "district"
        ).get(enterprise=client.pk, session=session, status=states.WAITING)
        until = min(stage.now + ANSWER_WITHIN, session.starts_at - HOUR)
        offer(booking, booking.session, now=stage.now, until=until)


def _choose(
    stage: Stage,
    client: Client,
    after: datetime.datetime,
    *,
    needs_confirmation: bool,
    besides: ServiceSession | None = None,
    quiet: bool = False,
) -> ServiceSession | None:
    """The next session near the enterprise that it may book. `quiet`: nobody waits for it yet."""
    rows = _free(client, after, after + 20 * DAY, except_for=()).filter(
        item__needs_confirmation=needs_confirmation, closed_at__isnull=True
    )
    if quiet:
        rows = rows.filter(waiting=0)
    if besides:
        rows = rows.exclude(item=besides.item).exclude(
            starts_at__lt=besides.ends_at, ends_at__gt=besides.starts_at
        )
    return next((row for row in rows[:60] if stage.clients.may_book(client, row.item)), None)


def _free(client: Client, first, last, *, except_for) -> QuerySet[ServiceSession]:
    """Sessions with a place at the enterprise's own station that it has not booked, soonest first."""
    return (
        ServiceSession.objects.filter(
            station__town=client.town,
            pattern__isnull=False,
            starts_at__range=(first, last),
            booked__lt=F("capacity"),
        )
        .exclude(pk__in=[row.session.pk for row in except_for])
        .exclude(bookings__enterprise=client.pk)
        .select_related("station", "item")
        .order_by("starts_at", "pk")
    )
