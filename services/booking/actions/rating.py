"""What the enterprise says after a completed visit, once; a low rating is followed up."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_text
from portal.metrics.actions import mark_dirty

from .. import messages
from ..models import Booking, FollowUp, Rating
from ..rules import states
from ..rules.figures import needs_follow_up
from .guard import action, actors_of, change, locked, record, require_move
from .keys import day_of


@action
def rate(*, booking: Booking, by: User, score: int, comment: str = "", version: int | None = None) -> Rating:
    """The enterprise rates a completed visit from 1 to 5, once; 2 or less opens a follow-up at the station."""
    booking, now = locked(booking), timezone.now()
    require_move("rate", booking, by, now=now, version=version)
    comment = clean_text(comment)
    if not 1 <= score <= 5:
        raise Invalid({"score": _("评分应为 1 至 5。")})
    if len(comment) > 500:
        raise Invalid({"comment": _("最多 500 个字。")})
    rating = Rating.objects.create(booking=booking, score=score, comment=comment)
    mark_dirty("rating", days=[day_of(booking.session)])
    before = booking.status
    change(booking, status=states.RATED)
    record(booking, "rate", before=before, by=by, data={"score": score})
    if needs_follow_up(score):
        FollowUp.objects.create(booking=booking)
        record(booking, "follow_up", before=booking.status, by=None)
        title = _("低分评价待回访")
        body = _("%(number)s 的评分为 %(score)d 分，请联系企业了解情况。") % {
            "number": booking.number,
            "score": score,
        }
        messages.tell_station(booking, key="follow-up", title=title, body=body)
    return rating


@action
def close_follow_up(*, follow_up: FollowUp, by: User, outcome: str, version: int | None = None) -> FollowUp:
    """The station writes what was done about a low rating; that closes the follow-up."""
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    booking = locked(follow_up.booking)
    if actors_of(by, booking).isdisjoint(states.DESK):
        raise PermissionDenied
    if version is not None and version != follow_up.version:
        raise Stale(current={"version": follow_up.version, "outcome": follow_up.outcome})
    if follow_up.closed_at:
        raise Conflict(_("这条回访已经办结。"), code="move_closed")
    outcome = clean_text(outcome)
    if not 2 <= len(outcome) <= 500:
        raise Invalid({"outcome": _("请用 2 至 500 个字填写回访情况。")})
    follow_up.outcome, follow_up.closed_at, follow_up.closed_by = outcome, timezone.now(), by
    follow_up.version += 1
    follow_up.save()
    record(booking, "follow_up_closed", before=booking.status, by=by)
    return follow_up
