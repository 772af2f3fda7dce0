"""What a page calls a move and an entry of the timeline, for the one who reads it."""

from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.territory.models import ServiceElement

from ..actions.guard import Case
from ..models import Demand, DemandStep
from ..rows import note_of
from ..rules import states
from ..rules.states import Actor


def label_of(move: str, case: Case) -> str:
    """What a move is called for the one who makes it now."""
    if move == "accept":
        return str(_("受理") if case.before == states.SUBMITTED else _("签收"))
    if move == "dispatch" and case.demand.lead_id:
        return _("改派")
    if move == "resolve" and Actor.LEAD not in case.who:
        return _("办结协办事项")
    if move == "extend" and case.who.isdisjoint(states.DISPATCHERS):
        return _("申请延期")
    return str(states.MOVES[move].label)


def entries_of(steps: Iterable[DemandStep], *, handles: bool) -> list[dict[str, Any]]:
    """The timeline, the newest first. Who acted is for those who handle it; the enterprise reads which department."""
    return [
        {
            "at": step.at,
            "who": _who(step, handles),
            "title": _title(step),
            "text": _text(step, handles),
            "changes": _changes(step),
        }
        for step in reversed(list(steps))
    ]


def _who(step: DemandStep, handles: bool) -> str:
    acting = step.department.name if step.department else ""
    if not acting and step.actor:
        acting = str(Actor(step.actor).label)
    return " · ".join(filter(None, (acting, str(step.by) if handles and step.by else "")))


def _title(step: DemandStep) -> str:
    label = str(states.STEP_LABELS.get(step.move, step.move))
    if step.move == "accept":
        label = _("受理")
    if step.move == "extend" and step.data.get("given") is False:
        label = _("申请延期")
    if step.before and step.before != step.after:
        label = f"{label} → {states.Status(step.after).label}"
    return _("%(label)s（内部）") % {"label": label} if step.internal else label


def _text(step: DemandStep, handles: bool) -> str:
    """The note, with what else was decided."""
    said = []
    if step.move == "verify":
        said.append(_("满意") if step.data.get("satisfied") else _("不满意"))
        if step.data.get("score"):
            said.append(_("%(score)d 分") % {"score": step.data["score"]})
    if step.data.get("early"):
        said.append(_("提前召开"))
    until = parse_datetime(str(step.data.get("until") or ""))
    if until is not None:
        said.append(_("延期至 %(until)s") % {"until": f"{localtime(until):%Y-%m-%d %H:%M}"})
    return "；".join(filter(None, (*said, note_of(step, handles))))


def _changes(step: DemandStep) -> list[tuple[str, str, str]]:
    """What was corrected, in words."""
    if step.move != "correct":
        return []
    words = {"kind": dict(Demand.Kind.choices), "urgency": dict(Demand.Urgency.choices)}
    if "element" in step.data:
        rows = ServiceElement.objects.filter(code__in=step.data["element"])
        words["element"] = dict(rows.values_list("code", "name"))
    return [
        (str(Demand._meta.get_field(name).verbose_name), *(str(words[name].get(code, code)) for code in pair))
        for name, pair in step.data.items()
        if name in words
    ]
