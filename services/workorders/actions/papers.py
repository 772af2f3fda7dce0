"""What is laid to a demand: papers, confidential notes, looks at the contact."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.audit.actions import record_personal_view
from portal.kit import attachments
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line

from .. import messages
from ..models import Demand, DemandAttachment, StaffNote
from ..queries.people import colleagues
from ..rules import states
from ..rules.mentions import mentioned
from . import texts
from .guard import Case, action, record, seen_by_staff, summary, take

PERSONAL_FIELDS = ("contact_name", "contact_phone")


def attach(*, demand: Demand, by: User, upload: UploadedFile) -> DemandAttachment:
    """Whoever has to do with a demand adds a paper or picture. Raises Invalid for a file that is not accepted or one
    too many, Conflict for a demand that has ended; a refused one leaves no file."""
    with attachments.keep(upload) as kept:
        return _attach(demand=demand, by=by, kept=kept)


@action
def _attach(*, demand: Demand, by: User, kept: attachments.Kept) -> DemandAttachment:
    case = take(demand, by)
    if not case.who:
        raise PermissionDenied(_("您可以查看这件诉求，但不能上传附件。"))
    _require_going_on(case)
    if DemandAttachment.objects.filter(demand=case.demand).count() >= attachments.MAX_FILES:
        raise Invalid({"file": _("最多上传 %(most)d 个附件。") % {"most": attachments.MAX_FILES}})
    row = DemandAttachment.objects.create(demand=case.demand, uploaded_by=by, **vars(kept))
    record(case, "attach", note=kept.name)
    return row


@action
def add_note(*, demand: Demand, by: User, text: str) -> StaffNote:
    """Who handles a demand writes a confidential note, which neither leaders nor the enterprise see. Colleagues who are
    called by name (“@张三”) are told; a name of nobody who handles it stays text."""
    case = take(demand, by)
    seen_by_staff(case)
    text = texts.said("text", text, most=1000)
    note = StaffNote.objects.create(demand=case.demand, text=text, by=by)
    if "@" in text or "＠" in text:
        people = {user.pk: user for user in colleagues(case.demand, besides=by)}
        called = mentioned(text, {pk: str(user) for pk, user in people.items()})
        messages.tell_mentioned(case.demand, note, [people[pk] for pk in called])
    return note


@action
def view_personal(*, demand: Demand, by: User, field: str, reason: str, address: str | None = None) -> str:
    """Who handles a demand, or the enterprise, reads the contact's name or phone in full and says why; the view is
    recorded first.

    Raises PermissionDenied for who only reads (a leader), Invalid for another field or without a reason.
    """
    case = take(demand, by)
    if not case.who:
        raise PermissionDenied(_("您的角色不能查看联系人信息。"))
    if field not in PERSONAL_FIELDS:
        raise Invalid({"field": _("应为这些值之一：%(values)s。") % {"values": "、".join(PERSONAL_FIELDS)}})
    reason = clean_line(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid({"reason": _("请用 2 至 200 个字说明查看事由。")})
    row = case.demand
    record_personal_view(
        by=by, district=row.district, model="services.Demand", object_key=row.number,
        object_name=str(row.enterprise or row.project), field=field, reason=reason, address=address,
    )  # fmt: skip
    return getattr(row, field)


def _require_going_on(case: Case) -> None:
    if case.before in (states.CLOSED, states.REJECTED):
        raise Conflict(
            _("诉求已归档或不予受理，不能再补充材料。"), code="move_closed", current=summary(case.demand)
        )
