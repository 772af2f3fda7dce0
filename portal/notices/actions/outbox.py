"""Messages on their way: claimed in one short transaction, sent outside of it, marked. The rows are the outbox (F1–F5).

`next_attempt_at` is the lease: whoever claims a row moves it into the future, and a worker that dies there loses
nothing but time. The delivery's id tells the gateway that a repeat is one.
"""

import time
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Conflict

from .. import rules, wording
from ..gateways import Away, Gateway, Refused, gateway_of
from ..models import Channel, Delivery, Notice
from ..texts import text_of

log = structlog.get_logger(__name__)
RUN_SECONDS = 20
KEEP_SENT_DAYS = 90
KEEP_NOTICES_DAYS = 400


def send_due(*, seconds: float = RUN_SECONDS) -> int:
    """Sends what is due, channel by channel, for at most so many seconds. Returns how many messages went out.

    A gateway that is away ends its channel's turn: the next run asks with another message, not a thousand at once.
    """
    until = time.monotonic() + seconds
    sent = 0
    for channel in Channel.values:
        gateway = gateway_of(channel)
        while gateway and time.monotonic() < until:
            delivery = claim(channel=channel)
            if delivery is None:
                break
            outcome = deliver(delivery=delivery, gateway=gateway)
            if outcome == "away":
                break
            sent += outcome == "sent"
    return sent


@transaction.atomic
def claim(*, channel: str) -> Delivery | None:
    """Makes the caller the only sender of the message that has waited longest; None when none is due."""
    now = timezone.now()
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("notice")
        .filter(state=Delivery.State.QUEUED, channel=channel, next_attempt_at__lte=now)
        .order_by("next_attempt_at")
        .first()
    )
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_attempt_at = now + rules.LEASE
        delivery.last_error = ""
        delivery.save(update_fields=("attempts", "next_attempt_at", "last_error"))
    return delivery


def deliver(*, delivery: Delivery, gateway: Gateway) -> str:
    """Sends one claimed message and writes the result: "sent", "failed" or "away"."""
    if rules.is_stale(written=delivery.notice.created_at, now=timezone.now()):
        return _failed(delivery, str(wording.STALE))
    if delivery.attempts > rules.MAX_ATTEMPTS:  # its workers died each time
        return _failed(delivery, str(wording.GIVEN_UP) % {"reason": _("后台进程中断")})
    notice = delivery.notice
    try:
        gateway.send(delivery.pk, delivery.address, notice.title, text_of(notice, delivery.channel))
    except Refused as error:
        return _failed(delivery, str(wording.REFUSED) % {"reason": error})
    except Away as error:
        return _put_back(delivery, str(error))
    except Exception as error:  # a gateway's own fault must not stop the others' messages
        log.exception("gateway_broken", channel=delivery.channel, delivery=str(delivery.pk))
        return _put_back(delivery, type(error).__name__)
    Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENT).update(
        state=Delivery.State.SENT, sent_at=timezone.now(), last_error=""
    )
    return "sent"


def retry_delivery(*, delivery: Delivery, by: User) -> Delivery:
    """The bureau lets a message be tried again at once, from the first attempt.

    Raises Conflict when it was sent meanwhile, is just being sent, or is too old.
    """
    now = timezone.now()
    with transaction.atomic():
        row = Delivery.objects.select_for_update(of=("self",)).select_related("notice").get(pk=delivery.pk)
        if row.state == Delivery.State.SENT:
            raise Conflict(_("这条消息已经送达，无需重发。"), code="already_sent")
        if (
            row.state == Delivery.State.QUEUED
            and row.attempts
            and not row.last_error
            and row.next_attempt_at > now
        ):
            raise Conflict(_("这条消息正在发送，请稍后查看。"), code="being_sent")
        if rules.is_stale(written=row.notice.created_at, now=now):
            raise Conflict(_("消息已超过 7 天，不再发送。"), code="stale_notice")
        row.state, row.attempts, row.next_attempt_at = Delivery.State.QUEUED, 0, now
        row.last_error = "" if gateway_of(row.channel) else str(wording.NO_GATEWAY[row.channel])
        row.save(update_fields=("state", "attempts", "next_attempt_at", "last_error"))
    log.info("delivery_retried", delivery=str(row.pk), by=by.pk)
    return row


def forget_old() -> int:
    """Removes what nobody asks about any more: addresses of sent messages after 90 days, messages after 400."""
    now = timezone.now()
    sent = Delivery.objects.filter(
        state=Delivery.State.SENT, sent_at__lt=now - timedelta(days=KEEP_SENT_DAYS)
    ).delete()[0]
    old = Notice.objects.filter(created_at__lt=now - timedelta(days=KEEP_NOTICES_DAYS)).delete()[0]
    return sent + old


def _failed(delivery: Delivery, reason: str) -> str:
    _write(delivery, state=Delivery.State.FAILED, last_error=reason[:200])
    return "failed"


def _put_back(delivery: Delivery, reason: str) -> str:
    """Tries again after a pause; after the last attempt it has failed and is shown to the bureau."""
    pause = rules.backoff(delivery.attempts)
    if pause is None:
        _failed(delivery, str(wording.GIVEN_UP) % {"reason": reason})
    else:
        _write(
            delivery,
            next_attempt_at=timezone.now() + pause,
            last_error=(str(wording.AWAY) % {"reason": reason})[:200],
        )
    return "away"


def _write(delivery: Delivery, **values) -> None:
    """Writes the result of this attempt, unless the lease was lost and somebody else answers for the message."""
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.QUEUED, attempts=delivery.attempts).update(
        **values
    )
