"""Papers of a deal: contracts, delivery notes."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit import attachments
from portal.kit.problems import Conflict, Invalid

from ..models import DealAttachment, ProcurementDeal
from .guard import actors_of, locked, record, summary
from .moves import may_attach


def attach(*, deal: ProcurementDeal, by: User, upload: UploadedFile) -> DealAttachment:
    """A side or staff add a paper to a deal. Raises Invalid for a file that is not accepted or one too many, Conflict
    for a cancelled deal; a refused one leaves no file."""
    if not actors_of(by, deal):
        raise PermissionDenied(_("您可以查看这笔采购，但不能上传附件。"))
    with attachments.keep(upload) as kept, transaction.atomic():
        stored = locked(deal)
        if not may_attach(stored, by):
            raise Conflict(_("这笔采购已撤销，不能再上传附件。"), code="closed_move", current=summary(stored))
        if stored.attachments.count() >= attachments.MAX_FILES:
            raise Invalid({"file": _("最多上传 %(most)d 个附件。") % {"most": attachments.MAX_FILES}})
        row = DealAttachment.objects.create(deal=stored, uploaded_by=by, **vars(kept))
        record(stored, "attach", before=stored.status, by=by, note=kept.name)
        return row
