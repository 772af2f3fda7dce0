"""Telling people something, and their reading it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.territory.models import District

from .. import rules
from ..gateways import gateway_of
from ..models import Channel, Delivery, Notice, Preference
from ..wording import NO_GATEWAY

# One statement for all copies. A key that exists adds nothing, and does not spoil the caller's transaction.
WRITE = """
INSERT INTO notices_notice (key, district_id, recipient_id, kind, title, body, link, created_at)
SELECT key, %(district)s, nullif(recipient, 0), %(kind)s, %(title)s, body, %(link)s, %(now)s
FROM unnest(%(keys)s::text[], %(recipients)s::bigint[], %(bodies)s::text[])
     WITH ORDINALITY AS copy (key, recipient, body, place)
ORDER BY place
ON CONFLICT (key) DO NOTHING
RETURNING id, recipient_id
"""


@dataclass(frozen=True)
class Outside:
    """Somebody without an account: a phone, a mail address, or both."""

    phone: str
    email: str

    def addresses(self) -> dict[str, str]:
        found = {Channel.SMS: self.phone, Channel.EMAIL: self.email}
        return {channel: address for channel, address in found.items() if address}


def notify(
    *,
    key: str,
    kind: str,
    title: str,
    body: str | Callable[[int], str],
    link: str = "",
    recipients: Iterable[User] = (),
    phone: str = "",
    email: str = "",
    district: District | None = None,
) -> int:
    """Tells people something once, in the caller's transaction. Returns how many copies were new.

    Every recipient finds it in the inbox and gets it by the channels of the own preference. `phone` and `email` reach
    somebody without an account; a recipient's own number or address is not told twice. `key` names the occasion: the
    same key adds nothing for whoever has it. `link` is a path of the portal. `body`: the words, or what gives them for
    each recipient by id (0: the outside address).
    """
    if link and not rules.is_own_path(link):
        raise ValueError("A notice links to a path of the portal.")
    people = {user.pk: user for user in recipients if user.is_active}
    ways = _ways(people)
    told = {address for way in ways.values() for address in way.values()}
    outside = Outside(
        *(text if text not in told else "" for text in (rules.mobile(phone), rules.email(email)))
    ).addresses()
    if outside:
        ways[0] = outside  # 0: nobody's inbox
    if not ways:
        return 0
    with transaction.atomic():
        rows = _write(
            key=key,
            kind=kind,
            title=rules.one_line(title)[:120],
            bodies={pk: (body if isinstance(body, str) else body(pk)).strip()[:2000] for pk in sorted(ways)},
            link=link[:200],
            district=district,
        )
        Delivery.objects.bulk_create(
            Delivery(
                notice_id=notice_id,
                channel=channel,
                address=address,
                last_error="" if gateway_of(channel) else str(NO_GATEWAY[channel]),
            )
            for notice_id, recipient in rows
            for channel, address in ways[recipient or 0].items()
        )
    return len(rows)


def mark_read(*, notice: Notice, by: User) -> Notice:
    """The recipient has read it; reading again keeps the first time. Raises Invalid for somebody else's message."""
    if notice.recipient_id != by.pk:
        raise Invalid(_("只能标记自己的消息。"))
    if Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now()):
        notice.refresh_from_db(fields=["read_at"])
    return notice


def mark_all_read(*, by: User) -> int:
    """Everything in the inbox counts as read. Returns how many messages were unread."""
    return Notice.objects.filter(recipient=by, read_at=None).update(read_at=timezone.now())


def _ways(people: dict[int, User]) -> dict[int, dict[str, str]]:
    """How each person is told beside the inbox: channel → address. One query for all."""
    chosen = {row.user_id: row for row in Preference.objects.filter(user__in=people)} if people else {}
    return {pk: ways_of(user, chosen.get(pk)) for pk, user in people.items()}


def ways_of(user: User, chosen: Preference | None) -> dict[str, str]:
    """Without a preference: by e-mail when there is an address."""
    chosen = chosen or Preference(user=user)
    found = {
        Channel.EMAIL: rules.email(chosen.email or user.email) if chosen.by_email else "",
        Channel.SMS: rules.mobile(chosen.phone) if chosen.by_sms else "",
        Channel.WECOM: chosen.wecom_id if chosen.by_wecom else "",
    }
    return {channel: address for channel, address in found.items() if address}


def _write(
    *, key: str, kind: str, title: str, bodies: dict[int, str], link: str, district: District | None
) -> list[tuple[int, int | None]]:
    """Writes the copies that are new, one a recipient of `bodies`: [(notice id, recipient id or None)]."""
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "keys": [rules.row_key(key, str(pk or "outside")) for pk in bodies],
                "recipients": list(bodies),
                "bodies": list(bodies.values()),
                "kind": kind,
                "title": title,
                "link": link,
                "district": district.pk if district else None,
                "now": timezone.now(),
            },
        )
        return cursor.fetchall()
