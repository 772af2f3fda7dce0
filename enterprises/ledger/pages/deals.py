"""Pages of the purchases: the list with its sum, one deal with its moves, reporting, correcting, papers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.attachments import download
from portal.kit.filtered import NO_ROWS
from portal.kit.form_pages import form_page
from portal.kit.forms import FileForm, add_errors, refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import capped_count, paginate
from portal.kit.problems import Conflict, Invalid, Stale, or_404
from portal.kit.stale import edit_versioned

from .. import actions
from ..actions.guard import actors_of
from ..actions.moves import may_attach
from ..forms.deals import DealFilter, DealForm, NewDealForm
from ..forms.shared import ReasonForm, as_wan, in_yuan
from ..models import ProcurementDeal
from ..queries import board
from ..queries import deals as queries
from ..queries.totals import total_of
from ..rows import deal_detail, deal_rows
from ..rules import deals as states
from .access import BASE, READERS, REPORTERS, choices_of, tabs

MOVES = {
    "confirm": (actions.confirm, gettext_lazy("您已确认这笔采购。")),
    "dispute": (actions.dispute, gettext_lazy("异议已提出，已通知对方。")),
    "resolve": (actions.resolve, gettext_lazy("异议已处理，等待双方确认。")),
    "verify": (actions.verify, gettext_lazy("这笔采购已核实。")),
    "cancel": (actions.cancel, gettext_lazy("这笔采购已撤销，不再计入统计。")),
}

MOST_COUNTED = 999


@for_roles(*READERS)
@require_GET
def deal_list(request: HttpRequest) -> HttpResponse:
    """The deals in scope, the latest first, with their sum."""
    form = DealFilter(request.GET, **choices_of(request.user))
    page, total = NO_ROWS, None
    if form.is_valid():
        listed = queries.listed(request.user, form.filters())
        page = paginate(
            queries.list_values(listed),
            ordering=("-signed_on",),
            cursor=request.GET.get("cursor", ""),
            count=True,
        )
        total = total_of(listed, page.count, Q(status__in=states.COUNTED))
    context = {
        "form": form,
        "page": page,
        "rows": deal_rows(page.rows),
        "total": total,
        "tabs": tabs(request, "deals"),
        "may_report": bool(request.user.scope.roles & set(REPORTERS)),
        "may_import": request.user.scope.is_staff,
        "todo": _todo(request.user),
        "own": request.user.scope.enterprises,
        "query": request.GET.urlencode(),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/deals.html", f"{BASE}/_deals.html", context, status=status)


def _todo(user) -> list[dict[str, Any]]:
    """What waits for this person: an enterprise's own confirmation, disputes to settle and deals to verify for staff."""
    if user.scope.is_staff:
        asked = (("status", "disputed", _("有异议待处理")), ("status", "confirmed", _("双方已确认待核实")))
    elif user.scope.enterprises:
        asked = (("waiting", "1", _("等待我方确认")),)
    else:
        return []
    found = []
    for name, value, label in asked:
        count, capped = capped_count(queries.listed(user, {name: value}), MOST_COUNTED)
        if count:
            url = f"{reverse('deal-list')}?{name}={value}"
            found.append({"label": label, "url": url, "count": f"{count}+" if capped else str(count)})
    return found


@for_roles(*READERS)
@require_GET
def deal(request: HttpRequest, number: str) -> HttpResponse:
    """One deal: its sides, why it lies inside a chain or not, what happened, and what may be done now."""
    row = _deal(request, number)
    return _show(request, row, FileForm())


def _show(request: HttpRequest, row: ProcurementDeal, form: FileForm, status: int = 200) -> HttpResponse:
    detail = deal_detail(row, request.user)
    entries = [
        {
            "at": step["at"],
            "who": " · ".join(filter(None, (step["side_label"], step["by"]))),
            "title": f"{step['move_label']} → {step['after_label']}"
            if step["before"] != step["after"]
            else step["move_label"],
            "text": step["note"],
            "changes": [(one["label"], one["old"], one["new"]) for one in step["changes"]],
        }
        for step in reversed(detail["timeline"])
    ]
    context = {
        "row": detail,
        "entries": entries,
        "moves": [states.MOVES[code] for code in detail["open_moves"] if code != "correct"],
        "may_correct": "correct" in detail["open_moves"],
        "may_attach": may_attach(row, request.user),
        "form": form,
    }
    return render_page(request, f"{BASE}/deal.html", None, context, status=status)


@for_roles(*REPORTERS)
@require_http_methods(["GET", "POST"])
def deal_create(request: HttpRequest) -> HttpResponse:
    """An enterprise reports a purchase or a sale of its own; staff report for two others. A match fills in the form."""
    own = queries.own_enterprise(request.user)
    form = NewDealForm(request.POST or None, user=request.user, own=own, initial=_from_match(request, own))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.report_deal(by=request.user, **form.report())
        except (Conflict, Invalid) as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("采购 %(number)s 已报送，等待确认。") % {"number": row.number})
            return redirect("deal", row.number)
    return form_page(
        request,
        form,
        title=_("报送采购"),
        subtitle=own.name if own else _("由工作人员报送的，采购方和供应方都要确认。"),
        back=reverse("deal-list"),
        submit=_("报送"),
    )


def _from_match(request: HttpRequest, own) -> dict[str, Any]:
    """What a need and an offer that were matched say about the deal."""
    found_ = {
        kind: row
        for kind in ("need", "offer")
        if (row := board.posting_for(request.user, request.GET.get(kind, ""))) is not None
        and row.kind == kind
    }
    need, offer = found_.get("need"), found_.get("offer")
    initial: dict[str, Any] = {kind: row.number for kind, row in found_.items()}
    if need:
        initial["buyer"] = need.enterprise.uscc
    if offer:
        initial |= {"seller": offer.enterprise.uscc, "segment": offer.segment.code if offer.segment else ""}
    if named := offer or need:
        initial |= {"goods": named.title, "amount": as_wan(named.amount) or None}
    if own is not None:
        sells = offer is not None and offer.enterprise_id == own.pk
        other = need if sells else offer
        initial |= {"side": "seller" if sells else "buyer", "partner": other.enterprise.uscc if other else ""}
    return initial


@for_roles(*REPORTERS)
@require_http_methods(["GET", "POST"])
def deal_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Setting right what was reported, before both sides have confirmed; the other side confirms anew."""
    row = _deal(request, number)
    if not states.may_ever("correct", actors_of(request.user, row)):
        raise PermissionDenied

    def current() -> tuple[int, dict[str, Any]]:
        now = _deal(request, number)
        values = {name: getattr(now, name) for name in ("signed_on", "goods", "contract_number")}
        segment = now.segment.code if now.segment else ""
        return now.version, {**values, "amount": as_wan(now.amount), "segment": segment}

    return edit_versioned(
        request,
        form_of=lambda **given: DealForm(user=request.user, **given),
        current=current,
        save=lambda version, changes: actions.correct(
            deal=row, by=request.user, version=version, changes=in_yuan(changes)
        ),
        back=reverse("deal", args=[number]),
        context={"title": _("更正采购"), "subtitle": f"{row.buyer.name} → {row.seller.name}"},
    )


@for_roles(*REPORTERS)
@require_http_methods(["GET", "POST"])
def deal_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of the table. Those that need a reason ask for it on a page of their own."""
    if move not in MOVES:
        raise Http404
    row = _deal(request, number)
    if not states.may_ever(move, actors_of(request.user, row)):
        raise PermissionDenied
    action, sentence = MOVES[move]
    asks = states.MOVES[move].reason
    form = ReasonForm(request.POST or None, initial={"version": row.version}) if asks else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            action(deal=row, by=request.user, **(form.cleaned_data if form else {}))
        except Stale:
            messages.error(request, _("这笔采购刚有变动，请查看最新内容后再办理。"))
            return redirect("deal", number)
        except Conflict as error:
            messages.error(request, str(error.detail))
            return redirect("deal", number)
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, sentence)
            return redirect("deal", number)
    if form is None:
        return redirect("deal", number)
    return form_page(
        request,
        form,
        title=states.MOVES[move].label,
        subtitle=f"{row.number} {row.goods}",
        back=reverse("deal", args=[number]),
        submit=states.MOVES[move].label,
        danger=move == "cancel",
    )


@for_roles(*REPORTERS)
@require_POST
def deal_attach(request: HttpRequest, number: str) -> HttpResponse:
    """A paper is added; a refused one is told beside the field."""
    row = _deal(request, number)
    if not actors_of(request.user, row):
        raise PermissionDenied
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.attach(deal=row, by=request.user, upload=form.cleaned_data["file"])
            messages.success(request, _("附件已上传。"))
            return redirect("deal", number)
    return _show(request, row, form, status=400)


@for_roles(*READERS)
@require_GET
def deal_attachment(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A paper, saved and never shown inside the portal."""
    return download(_deal(request, number).attachments, pk)


def _deal(request: HttpRequest, number: str) -> ProcurementDeal:
    return or_404(queries.deal_for(request.user, number))


def _add_errors(form: NewDealForm, error: Conflict | Invalid) -> None:
    """What was refused of a side stands at the other side's field, which is all that an enterprise fills in."""
    detail = error.detail
    if isinstance(detail, dict) and "partner" in form.fields:
        detail = {("partner" if name in ("buyer", "seller") else name): text for name, text in detail.items()}
        error = Invalid(detail)
    add_errors(form, error)
