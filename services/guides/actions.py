"""Every write of work guides: the bureau issues, corrects and abolishes them, and adds their papers."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit import attachments
from portal.kit.problems import Invalid
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..kept.guard import cleaned, locked, require_free, require_right, write
from .models import GuideAttachment, WorkGuide
from .rules import problems

CHANGEABLE = frozenset({"title", "number", "issuer", "issued_on", "summary", "body", "abolished_on"})
COUNTED = frozenset({"issued_on", "abolished_on"})


@transaction.atomic
def issue_guide(*, district: District, code: str, by, **fields: Any) -> WorkGuide:
    """The bureau issues a guide.

    Raises PermissionDenied for anyone else, Conflict when code or number are taken, Invalid with a sentence per field.
    """
    require_right(by, district.pk)
    guide = WorkGuide(district=district, code=code, **cleaned(WorkGuide, fields, CHANGEABLE))
    _require_sound(guide, {})
    require_free(WorkGuide, _("代码"), code=code)
    require_free(WorkGuide, _("文号"), district=district, number=guide.number)
    guide.save()
    mark_dirty("work_guides", days=[guide.issued_on, guide.abolished_on])
    return guide


@transaction.atomic
def update_guide(*, guide: WorkGuide, by, version: int, changes: dict[str, Any]) -> WorkGuide:
    """The bureau corrects a guide that it read at `version`; `abolished_on` abolishes it, empty takes that back.

    Raises Stale when somebody else was faster, Conflict for a number that is taken, Invalid with a sentence per field.
    """
    require_right(by, guide.district_id)
    values = cleaned(WorkGuide, changes, CHANGEABLE)
    stored = locked(WorkGuide, guide.pk, version)
    before = [stored.issued_on, stored.abolished_on]
    _require_sound(stored, values)
    if "number" in values:
        require_free(
            WorkGuide, _("文号"), but=stored.pk, district=stored.district_id, number=values["number"]
        )
    if write(stored, values) and COUNTED & values.keys():
        mark_dirty("work_guides", days=[*before, stored.issued_on, stored.abolished_on])
    return stored


def attach(*, guide: WorkGuide, by, upload: UploadedFile) -> GuideAttachment:
    """The bureau adds a paper to a guide. Raises Invalid for a file that is not accepted or one too many; a refused
    one leaves no file."""
    require_right(by, guide.district_id)
    with attachments.keep(upload) as kept, transaction.atomic():
        stored = WorkGuide.objects.select_for_update().get(pk=guide.pk)
        if stored.attachments.count() >= attachments.MAX_FILES:
            raise Invalid({"file": _("最多上传 %(most)d 个附件。") % {"most": attachments.MAX_FILES}})
        return GuideAttachment.objects.create(guide=stored, uploaded_by=by, **vars(kept))


def _require_sound(guide: WorkGuide, changes: dict[str, Any]) -> None:
    values = {name: getattr(guide, name) for name in CHANGEABLE} | changes
    if found := problems(values, today=timezone.localdate()):
        raise Invalid(found)
