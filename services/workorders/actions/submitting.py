"""Raising a demand, and setting right how it was filed."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from enterprises.ledger.actions.common import number_of_day
from enterprises.profile.rules import phone_problem
from enterprises.registry.models import ChainMembership, Enterprise
from portal.accounts.models import User
from portal.kit import attachments as files
from portal.kit.problems import Invalid
from portal.kit.text import clean_line, clean_sentence, clean_text, half_width
from portal.territory.models import ServiceElement

from .. import messages, store
from ..models import Demand, DemandAttachment
from ..rules import states
from .clocks import ACCEPT, start_clock, terms_of
from .guard import Case, action, closed_move, finish, record, require_version, take

LENGTHS = {"title": 100, "body": 3000, "contact_name": 40, "contact_phone": 30}
FOREMOST = models.Case(
    *(
        models.When(role=role, then=models.Value(n))
        for n, role in enumerate(("lead", "backbone", "supporting"))
    ),
    default=models.Value(9),
)
"""The places of an enterprise in the order of their weight."""


def submit(
    *,
    by: User,
    enterprise: Enterprise | None = None,
    project=None,
    visit=None,
    title: str,
    body: str = "",
    element: ServiceElement,
    kind: str = Demand.Kind.HELP,
    urgency: str = Demand.Urgency.NORMAL,
    contact_name: str = "",
    contact_phone: str = "",
    attachments: Sequence[UploadedFile] = (),
) -> Demand:
    """An enterprise raises a demand (企业点单), or staff record one for it or for a project; it waits to be accepted.

    `visit`: the visit that found it. Raises Invalid with a sentence per field, PermissionDenied for who may not speak
    for the enterprise. A refused one leaves no file.
    """
    enterprise = enterprise or (project.enterprise if project else None)
    subject = project or enterprise
    if subject is None:
        raise Invalid({"enterprise": _("请填写企业或项目。")})
    source = _source(by, enterprise, subject, visit)
    values = _sound(
        enterprise, element, title=title, body=body, contact_name=contact_name, contact_phone=contact_phone
    )
    if kind not in Demand.Kind.values or urgency not in Demand.Urgency.values:
        raise ValueError("unknown kind or urgency")
    if len(attachments) > files.MAX_FILES:
        raise Invalid({"attachments": _("最多上传 %(most)d 个附件。") % {"most": files.MAX_FILES}})
    with ExitStack() as stack:
        kept = [stack.enter_context(files.keep(one, field="attachments")) for one in attachments]
        return _submit(
            by, subject, kept,
            enterprise=enterprise, project=project, visit=visit, element=element, kind=kind, urgency=urgency,
            source=source, **values,
        )  # fmt: skip


@action
def _submit(by: User, subject, kept: list, **values: Any) -> Demand:
    now = timezone.now()
    demand = Demand(
        district_id=subject.district_id, town_id=subject.town_id, chain_id=_chain(subject, values["enterprise"]),
        raised_by=by, created_at=now, **values,
    )  # fmt: skip
    for name, value in start_clock(demand, ACCEPT, now, terms=terms_of(demand)).items():
        setattr(demand, name, value)
    demand.number = number_of_day(Demand, "GD", timezone.localdate(now))
    demand.save(force_insert=True)
    case = Case(demand, [], by, now)
    case.before = ""
    record(case, "submit")
    DemandAttachment.objects.bulk_create(
        DemandAttachment(demand=demand, uploaded_by=by, **vars(one)) for one in kept
    )
    store.mark_days([timezone.localdate(now)])
    messages.tell(demand, "submit", version=1)
    return demand


@action
def correct(
    *,
    demand: Demand,
    by: User,
    element: ServiceElement | None = None,
    kind: str | None = None,
    urgency: str | None = None,
    version: int | None = None,
) -> Demand:
    """Who dispatches sets right under what a demand was filed; the clock that runs keeps its deadline.

    Raises Conflict for one that nobody has to solve any more. Without a difference nothing is written.
    """
    case = take(demand, by)
    if case.who.isdisjoint(states.DISPATCHERS):
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
    require_version(case, version)
    if case.before not in states.OPEN:
        raise closed_move(_("诉求已经办结，不能更正。"), case)
    if element is not None and element.closed_on:
        raise Invalid({"element": _("要素“%(name)s”已停用。") % {"name": element.name}})
    if kind not in (None, *Demand.Kind.values) or urgency not in (None, *Demand.Urgency.values):
        raise ValueError("unknown kind or urgency")
    given = {"element": element, "kind": kind, "urgency": urgency}
    new = {name: value for name, value in given.items() if value and value != getattr(case.demand, name)}
    if not new:
        return case.demand
    data = {name: [_word(getattr(case.demand, name)), _word(value)] for name, value in new.items()}
    return finish(case, "correct", data=data, values=new)


def _word(value) -> str:
    return getattr(value, "code", value)


def _source(by: User, enterprise: Enterprise | None, subject, visit) -> str:
    """Who speaks: the enterprise itself, a visit, or staff on its behalf."""
    scope = by.scope
    if scope.manages_town(subject.town_id, subject.district_id):
        return Demand.Source.VISIT if visit else Demand.Source.STAFF
    if enterprise is not None and visit is None and enterprise.uscc in scope.enterprises:
        return Demand.Source.ENTERPRISE
    raise PermissionDenied(_("您不能为这家企业提出诉求。"))


def _sound(enterprise: Enterprise | None, element: ServiceElement, **texts: str) -> dict[str, str]:
    """The texts as they are stored. Raises Invalid with a sentence per field."""
    values = {
        "title": clean_sentence(texts["title"] or ""),
        "body": clean_text(texts["body"] or ""),
        "contact_name": clean_line(texts["contact_name"] or ""),
        "contact_phone": half_width(texts["contact_phone"] or "").replace(" ", ""),
    }
    problems: dict[str, Any] = {}
    if not values["title"]:
        problems["title"] = _("请填写标题。")
    for name, most in LENGTHS.items():
        if len(values[name]) > most:
            problems[name] = _("最多 %(length)d 个字。") % {"length": most}
    if values["contact_phone"] and (problem := phone_problem(values["contact_phone"])):
        problems["contact_phone"] = problem
    if element.closed_on:
        problems["element"] = _("要素“%(name)s”已停用。") % {"name": element.name}
    if enterprise is not None and enterprise.status == Enterprise.Status.DEREGISTERED:
        problems["enterprise"] = _("该企业已注销，不能提出诉求。")
    if problems:
        raise Invalid(problems)
    return values


def _chain(subject, enterprise: Enterprise | None) -> int | None:
    """The chain that it counts for: the project's, else the one where the enterprise weighs most."""
    if getattr(subject, "chain_id", None):
        return subject.chain_id
    return foremost_chain(enterprise) if enterprise else None


def foremost_chain(enterprise: Enterprise) -> int | None:
    """The id of the chain on which an enterprise weighs most today."""
    rows = ChainMembership.objects.filter(enterprise=enterprise, ended_on=None)
    return rows.order_by(FOREMOST, "chain__position", "pk").values_list("chain_id", flat=True).first()
