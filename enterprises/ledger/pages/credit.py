"""Pages of credit grants and pledges: two lists with their sums, recording, correcting, cancelling."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.filtered import NO_ROWS
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import or_404
from portal.kit.stale import edit_versioned

from .. import actions
from ..forms.credit import CreditForm, LentFilter, NewCreditForm, NewPledgeForm, PledgeForm
from ..forms.shared import ReasonForm, as_wan, in_yuan
from ..queries import credit as queries
from ..queries.totals import total_of
from ..rows import credit_row, credit_rows, pledge_row, pledge_rows
from ..rules.amounts import can_change_lent
from .access import BASE, LENDERS, RECORDERS, choices_of, may_record, tabs


@dataclass(frozen=True)
class Ledger:
    """What differs between the two ledgers; everything else is the same page."""

    tab: str
    kind: str
    title: Any
    new: Any
    edit: Any
    word: Any
    day: str
    listed: Callable
    one: Callable
    row: Callable
    rows: Callable
    form: type[forms.Form]
    new_form: type[forms.Form]
    record: Callable
    change: Callable
    cancel: Callable
    fields: tuple[str, ...]

    @property
    def url(self) -> str:
        """What the addresses of this ledger begin with."""
        return {"credit": "credit", "pledges": "pledge"}[self.tab]


CREDIT = Ledger(
    tab="credit", kind="credit_grants", title=gettext_lazy("授信台账"), new=gettext_lazy("登记授信"),
    edit=gettext_lazy("更正授信"), word=gettext_lazy("授信"), day="granted_on", listed=queries.credit_listed,
    one=queries.credit_for, row=credit_row, rows=credit_rows, form=CreditForm, new_form=NewCreditForm, record=actions.grant_credit,
    change=lambda row, **how: actions.change_credit(grant=row, **how),
    cancel=lambda row, **how: actions.cancel_credit(grant=row, **how),
    fields=("product", "granted_on", "contract_number", "note"),
)  # fmt: skip
PLEDGES = Ledger(
    tab="pledges", kind="pledges", title=gettext_lazy("质押登记台账"), new=gettext_lazy("登记质押"),
    edit=gettext_lazy("更正质押登记"), word=gettext_lazy("质押登记"), day="registered_on", listed=queries.pledges_listed,
    one=queries.pledge_for, row=pledge_row, rows=pledge_rows, form=PledgeForm, new_form=NewPledgeForm, record=actions.register_pledge,
    change=lambda row, **how: actions.change_pledge(pledge=row, **how),
    cancel=lambda row, **how: actions.cancel_pledge(pledge=row, **how),
    fields=("kind", "register_number", "subject", "registered_on", "note"),
)  # fmt: skip


@for_roles(*LENDERS)
@require_GET
def lent_list(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    """The rows in scope, the latest first, with their sum."""
    form = LentFilter(request.GET, **choices_of(request.user))
    page, total = NO_ROWS, None
    if form.is_valid():
        listed = ledger.listed(request.user, form.filters())
        page = paginate(
            listed, ordering=(f"-{ledger.day}",), cursor=request.GET.get("cursor", ""), count=True
        )
        total = total_of(listed, page.count, Q(cancelled_at=None))
    context = {
        "ledger": ledger,
        "form": form,
        "page": page,
        "rows": ledger.rows(page.rows, request.user),
        "total": total,
        "tabs": tabs(request, ledger.tab),
        "may_record": may_record(request.user),
        "may_import": request.user.scope.is_staff,
        "may_export": bool(request.user.scope.districts or request.user.scope.enterprises)
        or request.user.scope.is_staff,
        "query": request.GET.urlencode(),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/lent.html", f"{BASE}/_lent.html", context, status=status)


@for_roles(*RECORDERS)
@require_http_methods(["GET", "POST"])
def lent_create(request: HttpRequest, ledger: Ledger) -> HttpResponse:
    """Staff, or a bank's clerk, record what the bank granted or was pledged."""
    if not may_record(request.user):
        raise PermissionDenied
    form = ledger.new_form(
        request.POST or None, user=request.user, initial={"enterprise": request.GET.get("enterprise", "")}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = ledger.record(by=request.user, **in_yuan(form.cleaned_data))
            messages.success(
                request, _("%(what)s %(number)s 已登记。") % {"what": ledger.word, "number": row.number}
            )
            return redirect(f"{ledger.url}-list")
    return form_page(request, form, title=ledger.new, back=reverse(f"{ledger.url}-list"), submit=_("登记"))


@for_roles(*LENDERS)
@require_GET
def lent(request: HttpRequest, number: str, ledger: Ledger) -> HttpResponse:
    """One grant or pledge."""
    row = or_404(ledger.one(request.user, number))
    context = {"ledger": ledger, "row": ledger.row(row, request.user)}
    return render_page(request, f"{BASE}/lent_one.html", None, context)


@for_roles(*RECORDERS)
@require_http_methods(["GET", "POST"])
def lent_edit(request: HttpRequest, number: str, ledger: Ledger) -> HttpResponse:
    row = _changeable(request, number, ledger)

    def current() -> tuple[int, dict[str, Any]]:
        now = or_404(ledger.one(request.user, number))
        values = {name: getattr(now, name) for name in ledger.fields}
        return now.version, {**values, "bank": now.bank.name, "amount": as_wan(now.amount)}

    return edit_versioned(
        request,
        form_of=lambda **given: ledger.form(user=request.user, **given),
        current=current,
        save=lambda version, changes: ledger.change(
            row, by=request.user, version=version, changes=in_yuan(changes)
        ),
        back=reverse(ledger.url, args=[number]),
        context={"title": ledger.edit, "subtitle": row.enterprise.name},
    )


@for_roles(*RECORDERS)
@require_http_methods(["GET", "POST"])
def lent_cancel(request: HttpRequest, number: str, ledger: Ledger) -> HttpResponse:
    """Recorded by mistake, or withdrawn: the row stays and counts nowhere."""
    row = _changeable(request, number, ledger)
    form = ReasonForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            ledger.cancel(row, by=request.user, **form.cleaned_data)
            messages.success(request, _("已撤销，不再计入统计。"))
            return redirect(ledger.url, number)
    return form_page(
        request,
        form,
        title=_("撤销"),
        subtitle=f"{row.number} {row.enterprise.name}",
        back=reverse(ledger.url, args=[number]),
        submit=_("确认撤销"),
        danger=True,
    )


def _changeable(request: HttpRequest, number: str, ledger: Ledger):
    row = or_404(ledger.one(request.user, number))
    if not can_change_lent(request.user, row):
        raise PermissionDenied
    return row
