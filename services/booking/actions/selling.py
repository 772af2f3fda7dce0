"""The busiest write of the portal, in one statement: take the place, write the booking, its first step and the
message to be sent, which also promises the keys of the figures (keys.py). One round trip holds the session's row for
the shortest time, and is a transaction by itself. It is planned once a connection, for planning four inserts takes
longer than running them.

The ORM's conditional UPDATE and its inserts do the same at a tenth of the speed (`python -m bench booking`).

What a session is (its station, item, time) is remembered for a few seconds, so that a sought-after one costs one round
trip. What was remembered is checked by the statement itself, by the versions of station and item: a place is never
taken on facts that have changed.
"""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DatabaseError, IntegrityError, connection, models, transaction

from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.kit.encryption import encrypt
from portal.kit.prepared import Prepared
from portal.kit.problems import BUSY_STATES, translate

from ...stations.models import Institution, ServiceItem, ServiceStation
from ..models import Booking, ServiceSession
from ..rules import states
from .guard import twice
from .keys import day_of

OPEN = "s.closed_at IS NULL AND s.starts_at > %(now)s"
WAYS = {
    "book": f"booked = s.booked + 1 WHERE s.booked < s.capacity AND {OPEN}",
    "walk_in": "booked = s.booked + 1 WHERE s.booked < s.capacity AND s.closed_at IS NULL AND s.ends_at > %(now)s",
    # only while the session is really full: a place freed this moment is taken instead
    "wait": f"waiting = s.waiting + 1 WHERE s.booked >= s.capacity AND {OPEN}",
}
SELL = """
WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '3s', true) AS value),
taken AS (
    UPDATE services_servicesession s SET {way} AND s.id = %(session)s AND (SELECT value FROM patience) IS NOT NULL
       AND EXISTS (SELECT 1 FROM services_servicestation WHERE id = s.station_id AND version = %(station_version)s)
       AND EXISTS (SELECT 1 FROM services_serviceitem WHERE id = s.item_id AND version = %(item_version)s)
    RETURNING s.id, s.district_id
), made AS (
    INSERT INTO services_booking (
        district_id, number, session_id, enterprise_id, bundle_id, mode, subject, note, contact_name, contact_phone,
        status, check_in_code, ticket, is_walk_in, eligibility_version, calendar_sequence, result, booked_by_id,
        created_at, confirmed_at, checked_in_at, version)
    SELECT taken.district_id,
           'YY' || to_char(%(now)s AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-'
                || lpad(mod(nextval('services_booking_number'), 1000000)::text, 6, '0'),
           taken.id, %(enterprise)s, %(bundle)s, %(mode)s, %(subject)s, %(note)s, %(contact_name)s,
           %(contact_phone)s, %(status)s, %(code)s, '', %(walk_in)s, %(eligibility)s, 0, '', %(by)s, %(now)s,
           %(confirmed_at)s, %(checked_in_at)s, 1
    FROM taken RETURNING id, number
), step AS (
    INSERT INTO services_bookingstep (booking_id, move, before, after, note, data, by_id, at)
    SELECT id, %(move)s, '', %(status)s, '', '{{}}', %(by)s, %(now)s FROM made
), message AS (
    INSERT INTO services_pendingmessage (booking_id, event, counts_on, created_at)
    SELECT id, %(status)s, %(counts_on)s, %(now)s FROM made WHERE %(move)s <> 'walk_in'
)
SELECT id, number FROM made
"""
TYPES = {
    "session": "bigint", "enterprise": "bigint", "bundle": "bigint", "by": "bigint", "move": "text", "mode": "text",
    "subject": "text", "note": "text", "contact_name": "text", "contact_phone": "text", "status": "text",
    "code": "text", "walk_in": "boolean", "eligibility": "integer", "station_version": "integer",
    "item_version": "integer", "now": "timestamptz", "confirmed_at": "timestamptz", "checked_in_at": "timestamptz",
    "counts_on": "date",
}  # fmt: skip
STATEMENTS = {name: Prepared(f"booking_{name}", SELL.format(way=way), TYPES) for name, way in WAYS.items()}

SESSION = ("id", "district_id", "station_id", "item_id", "institution_id", "starts_at", "ends_at", "capacity",
           "booked", "waiting", "closed_at", "closed_reason")  # fmt: skip
STATION = ("id", "district_id", "town_id", "code", "name", "closed_on", "version")
ITEM = ("id", "code", "name", "modes", "eligibility", "eligibility_version", "needs_confirmation", "notice_hours",
        "position", "closed_on", "version")  # fmt: skip
INSTITUTION = ("id", "code")
COLUMNS = ", ".join(
    f"{table}.{name}"
    for table, names in (("s", SESSION), ("t", STATION), ("i", ITEM), ("g", INSTITUTION))
    for name in names
)
READ = f"""
SELECT {COLUMNS} FROM services_servicesession s
JOIN services_servicestation t ON t.id = s.station_id JOIN services_serviceitem i ON i.id = s.item_id
LEFT JOIN services_institution g ON g.id = s.institution_id
WHERE s.id = ANY(%(ids)s) ORDER BY s.id
"""  # noqa: S608 - column names of this module
READ_SESSIONS = Prepared("booking_sessions", READ, {"ids": "bigint[]"})
REMEMBERED_SECONDS, MOST_REMEMBERED = 5.0, 5000
_remembered: dict[tuple[str, int], tuple[float, "Read"]] = {}


class Read(NamedTuple):
    """A session as it was read: its own columns, and the rows it belongs to, which bookings of it share."""

    columns: tuple
    station: ServiceStation
    item: ServiceItem
    institution: Institution | None

    def session(self) -> ServiceSession:
        """The row as an object of its own."""
        session = _loaded(ServiceSession, SESSION, self.columns)
        session.station, session.item, session.institution = self.station, self.item, self.institution
        return session


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book: for whom, by whom, with which texts."""

    enterprise: Enterprise
    by: User
    mode: str
    subject: str
    note: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    bundle_id: int | None = None


def read_sessions(ids: list[int]) -> list[ServiceSession]:
    """The sessions in id order with station, item and institution, as few columns as booking needs; one query."""
    found = [_read(row) for row in READ_SESSIONS.rows(ids=ids)]
    if len(_remembered) > MOST_REMEMBERED:
        _remembered.clear()
    until = time.monotonic() + REMEMBERED_SECONDS
    _remembered.update({(_database(), one.columns[0]): (until, one) for one in found})
    return [one.session() for one in found]


def known_session(pk: int) -> ServiceSession | None:
    """As `read_sessions`, from memory; None when it is not remembered. Places are as they were."""
    until, read = _remembered.get((_database(), pk), (0.0, None))
    return read.session() if read and until > time.monotonic() else None


def _database() -> str:
    return connection.settings_dict["NAME"]


def sell(session: ServiceSession, wish: Wish, *, way: str, status: str, now: datetime) -> Booking | None:
    """Takes a place (or a place in line) and writes the booking; None when there is none to be had. A walk-in's keys
    are the caller's to write.

    Raises Conflict when the enterprise has an active booking of the session, or when somebody else holds it too long.
    """
    booking = Booking(
        district_id=session.district_id,
        session=session,
        enterprise=wish.enterprise,
        bundle_id=wish.bundle_id,
        mode=wish.mode,
        subject=wish.subject,
        note=wish.note,
        contact_name=wish.contact_name,
        contact_phone=wish.contact_phone,
        status=status,
        check_in_code=f"{secrets.randbelow(1_000_000):06d}",
        is_walk_in=way == "walk_in",
        eligibility_version=session.item.eligibility_version,
        booked_by=wish.by,
        created_at=now,
        confirmed_at=now if status in {states.CONFIRMED, states.CHECKED_IN} else None,
        checked_in_at=now if status == states.CHECKED_IN else None,
    )
    rows = _execute(STATEMENTS[way], _parameters(booking, way, now))
    if not rows:
        return None
    booking.pk, booking.number = rows[0]
    booking._state.adding, booking._state.db = False, connection.alias
    return booking


def _execute(statement: Prepared, parameters: dict[str, Any]) -> list[tuple]:
    """The statement's rows. By itself it is a transaction; inside another one it gets a savepoint."""
    try:
        if not connection.in_atomic_block:
            return statement.rows(**parameters)
        with transaction.atomic():
            return statement.rows(**parameters)
    except IntegrityError as error:
        raise twice(error) from error
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in BUSY_STATES:
            raise translate(error) from error
        raise


def _parameters(booking: Booking, way: str, now: datetime) -> dict[str, Any]:
    sealed = {
        name: encrypt(getattr(booking, name), Booking._meta.get_field(name).context)
        for name in ("contact_name", "contact_phone")
    }
    names = ("mode", "subject", "note", "status", "confirmed_at", "checked_in_at")
    return {name: getattr(booking, name) for name in names} | sealed | {
        "session": booking.session_id,
        "enterprise": booking.enterprise_id,
        "bundle": booking.bundle_id,
        "code": booking.check_in_code,
        "walk_in": booking.is_walk_in,
        "eligibility": booking.eligibility_version,
        "by": booking.booked_by_id,
        "move": way,
        "station_version": booking.session.station.version,
        "item_version": booking.session.item.version,
        "now": now,
        "counts_on": day_of(booking.session),
    }  # fmt: skip


def _read(row: tuple) -> Read:
    cut = iter(row)
    columns = tuple(next(cut) for _name in SESSION)
    station = _loaded(ServiceStation, STATION, [next(cut) for _name in STATION])
    item = {name: next(cut) for name in ITEM}
    item["modes"], item["eligibility"] = json.loads(item["modes"]), json.loads(item["eligibility"])
    institution = _loaded(Institution, INSTITUTION, list(cut)) if row[-1] else None
    return Read(columns, station, _loaded(ServiceItem, ITEM, list(item.values())), institution)


def _loaded(model: type[models.Model], names: tuple[str, ...], values: Sequence) -> Any:
    """A row with some of its columns; the others are read when somebody asks."""
    return model.from_db(connection.alias, names, values)
