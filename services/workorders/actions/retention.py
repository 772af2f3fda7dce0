"""The removal of old personal data: what ended long ago loses contacts, files, and what texts say of persons.

Each demand in its own transaction: doing it twice, or dying in between, changes nothing. A row proves each pass.
"""

from datetime import date

import pgtrigger
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.attachments import path_of
from portal.kit.masking import PERSONAL, mask_text
from portal.metrics.registry import midnight
from portal.territory.models import District

from ...visits.models import Visit
from ..models import Demand, DemandStep, RetentionRun
from ..queries.retention import due, keep_until
from ..rules.retention import TEXTS
from .settings import require_right

AT_ONCE = 100  # in a request
BATCH = 2_000  # in a night
APPEND_ONLY = "services.DemandStep:append_only"


def forget_personal(
    *, district: District, by: User | None = None, today: date | None = None, limit: int = AT_ONCE
) -> RetentionRun:
    """Frees at most `limit` demands of a district, those that ended first, and old visits of personal data; writes the
    row that proves it. `by` None is the system."""
    if by is not None:
        require_right(by, district.pk)
    ended_before = keep_until(today)
    demands = texts = files = size = 0
    while demands < limit and (freed := _free_one(district, ended_before)):
        demands += 1
        texts, files, size = texts + freed[0], files + freed[1], size + freed[2]
    texts += _free_visits(district, ended_before)
    return RetentionRun.objects.create(
        district=district, ran_at=timezone.now(), ended_before=ended_before, demands=demands, texts=texts,
        files=files, size=size, left=due(district, ended_before).order_by().count(), by=by,
    )  # fmt: skip


def forget_personal_everywhere(*, today: date | None = None) -> int:
    """Nightly, for every district that has demands. Returns how many demands were freed."""
    rows = District.objects.filter(pk__in=Demand.objects.order_by().values("district").distinct())
    return sum(forget_personal(district=one, today=today, limit=BATCH).demands for one in rows.order_by("pk"))


@transaction.atomic
def _free_one(district: District, ended_before: date) -> tuple[int, int, int] | None:
    """(texts, files, bytes) of the demand that ended first; None when none is left."""
    demand = due(district, ended_before).select_for_update(no_key=True, skip_locked=True).first()
    if demand is None:
        return None
    names = [demand.contact_name]
    files = list(demand.attachments.all())
    with pgtrigger.ignore(APPEND_ONLY):
        texts = sum(_mask_rows(demand, *row, names) for row in TEXTS)
        texts += sum(_mask_paper(one) for one in demand.timeline.filter(move="attach"))
    demand.refresh_from_db()
    demand.contact_name = demand.contact_phone = ""
    demand.masked_at = timezone.now()
    demand.save(update_fields=["contact_name", "contact_phone", "masked_at"])
    for file in files:
        _bury(file)
    note = _("清理附件 %(files)d 个、文本 %(texts)d 处。") % {"files": len(files), "texts": texts}
    DemandStep.objects.create(
        demand=demand, move="mask", before=demand.status, after=demand.status, note=note, internal=True,
        actor="system", at=demand.masked_at,
    )  # fmt: skip
    return texts, len(files), sum(file.size for file in files)


def _mask_rows(demand: Demand, model: str, path: str, fields: tuple[str, ...], names: list[str]) -> int:
    """Masks the texts of the demand's rows of a model. Returns how many changed."""
    changed, table = 0, apps.get_model("services", model)
    most = {name: table._meta.get_field(name).max_length for name in fields}
    for row in table.objects.filter(**{path: demand.pk}):
        new = {name: mask_text(getattr(row, name), names)[: most[name]] for name in fields}
        differing = {name: text for name, text in new.items() if text != getattr(row, name)}
        if differing:
            table.objects.filter(pk=row.pk).update(**differing)
            changed += len(differing)
    return changed


def _mask_paper(step: DemandStep) -> int:
    """The timeline names each file that was added: a name of a file may name a person."""
    suffix = step.note.rpartition(".")[2]
    return DemandStep.objects.filter(pk=step.pk).update(note=_("已清理的附件") + f".{suffix}")


def _bury(file) -> None:
    """The file goes, its row stays without its name: kind, size and digest prove what was there."""
    path_of(file.stored).unlink(missing_ok=True)
    file.name = _("已清理的附件") + f".{file.name.rpartition('.')[2]}"
    file.save(update_fields=["name"])


def _free_visits(district: District, ended_before: date) -> int:
    """Masks the notes of visits of that time. Returns how many changed."""
    changed = 0
    old = Visit.objects.filter(district=district, created_at__lt=midnight(ended_before), note__regex=PERSONAL)
    for row in old.only("note").iterator(BATCH):
        text = mask_text(row.note)
        if text != row.note:
            changed += Visit.objects.filter(pk=row.pk).update(note=text)
    return changed
