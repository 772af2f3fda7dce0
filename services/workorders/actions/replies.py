"""The district's canned replies (常用语): the bureau keeps them, everybody who handles demands uses them."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.territory.models import District

from ..models import CannedReply
from ..rules.replies import REPLIED
from . import texts
from .settings import require_right

MOST = 20  # for a move: more nobody reads


@transaction.atomic
def set_reply(
    *,
    district: District,
    by: User,
    move: str,
    title: str,
    text: str,
    position: int = 0,
    reply: CannedReply | None = None,
    version: int | None = None,
) -> CannedReply:
    """A new canned reply for a move, or (with `reply` and the `version` that was read) a changed one.

    Raises Invalid for a move that asks for no text or has too many, Conflict for a second one of the same title, Stale
    when somebody else was faster.
    """
    require_right(by, district.pk)
    if move not in REPLIED:
        raise Invalid({"move": _("这个事项没有常用语。")})
    given = {
        "move": move,
        "title": texts.said("title", title, most=40, lines=False),
        "text": texts.said("text", text, most=300),
        "position": position,
    }
    if reply is None:
        if CannedReply.objects.filter(district=district, move=move).count() >= MOST:
            raise Invalid({"move": _("每个事项最多 %(most)d 条常用语。") % {"most": MOST}})
        row = CannedReply(district=district)
    else:
        row = CannedReply.objects.select_for_update().get(pk=reply.pk)
        if row.version != version:
            raise Stale()
        row.version += 1
    for name, value in given.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(_("这个事项已经有同名的常用语。"), code="duplicate") from error
    return row


@transaction.atomic
def remove_reply(*, reply: CannedReply, by: User) -> None:
    """The reply is offered no more; what was written with it stays."""
    require_right(by, reply.district_id)
    reply.delete()
