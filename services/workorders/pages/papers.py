"""What is laid to a demand: files, confidential notes, links, callbacks, and a look at the contact."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.audit.personal_pages import personal_answer
from portal.kit.address import client_address
from portal.kit.attachments import download
from portal.kit.forms import FileForm, add_errors, refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, or_404, sentence

from .. import actions
from ..actions.guard import actors_of
from ..forms import moves as forms
from ..models import Callback, Demand
from ..queries import demands as queries
from ..rules import states
from .access import ACTING, BASE, READERS, demand_or_404
from .one import show


@for_roles(*ACTING)
@require_POST
def demand_attach(request: HttpRequest, number: str) -> HttpResponse:
    """A paper or picture is added; a refused one is told beside the field."""
    demand = demand_or_404(request, number)
    if not actors_of(request.user, demand):
        raise PermissionDenied
    form = FileForm(request.POST, request.FILES)
    return _done(
        request, demand, form, "file_form", _("附件已上传。"),
        lambda: actions.attach(demand=demand, by=request.user, upload=form.cleaned_data["file"]),
    )  # fmt: skip


@for_roles(*READERS)
@require_GET
def demand_attachment(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A paper, saved and never shown inside the portal."""
    return download(queries.attachments_of(demand_or_404(request, number)), pk)


@for_roles(*ACTING)
@require_POST
def demand_note(request: HttpRequest, number: str) -> HttpResponse:
    """A confidential note of those who handle it."""
    demand = _handled(request, number)
    form = forms.NoteForm(request.POST)
    return _done(
        request, demand, form, "note_form", _("备注已保存，企业和领导不会看到。"),
        lambda: actions.add_note(demand=demand, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@for_roles(*ACTING)
@require_POST
def demand_link(request: HttpRequest, number: str) -> HttpResponse:
    """Two demands belong together."""
    demand = _handled(request, number)
    form = forms.LinkForm(request.POST)
    return _done(
        request, demand, form, "link_form", _("已关联。"),
        lambda: actions.link(
            demand=demand, other=_other(request, form.cleaned_data["other"]), by=request.user,
            note=form.cleaned_data["note"],
        ),
    )  # fmt: skip


@for_roles(*ACTING)
@require_POST
def demand_unlink(request: HttpRequest, number: str, other: str) -> HttpResponse:
    """Two demands do not belong together after all."""
    demand = _handled(request, number)
    actions.unlink(demand=demand, other=demand_or_404(request, other), by=request.user)
    messages.success(request, _("已取消关联。"))
    return redirect("demand", number)


@for_roles(*ACTING)
@require_POST
def demand_callback(request: HttpRequest, number: str) -> HttpResponse:
    """The enterprise of a solved demand is to be called back."""
    demand = _dispatched(request, number)
    try:
        actions.open_callback(demand=demand, by=request.user)
    except Conflict as error:
        return show(request, demand_or_404(request, number), problem=sentence(error), status=409)
    messages.success(request, _("已发起回访。"))
    return redirect("demand", number)


@for_roles(*ACTING)
@require_POST
def demand_callback_close(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What the enterprise said ends a callback."""
    demand = _dispatched(request, number)
    callback = or_404(
        Callback.objects.visible_to(request.user)
        .filter(demand=demand, pk=pk)
        .select_related("demand")
        .first()
    )
    form = forms.CallbackForm(request.POST)
    if not form.is_valid():
        return show(request, demand, problem=_("请填写回访情况，不超过 500 字。"), status=400)
    try:
        actions.close_callback(callback=callback, by=request.user, **form.cleaned_data)
    except (Conflict, Invalid) as error:
        unsent = [(_("回访情况"), form.cleaned_data["outcome"])]
        again = demand_or_404(request, number)
        return show(request, again, problem=sentence(error), unsent=unsent, status=error.status_code)
    messages.success(request, _("回访已办结。"))
    return redirect("demand", number)


@for_roles(*ACTING)
@require_POST
def demand_personal(request: HttpRequest, number: str) -> HttpResponse:
    """The contact's name or phone in full, after saying why; the view is recorded first."""
    demand = demand_or_404(request, number)
    if not actors_of(request.user, demand):
        raise PermissionDenied
    form = forms.PersonalForm(request.POST)
    if "field" in form.errors:
        raise Invalid({"field": _("没有这个字段。")})
    label = dict(form.fields["field"].choices)[request.POST["field"]]
    return personal_answer(
        request,
        form,
        lambda **given: actions.view_personal(
            demand=demand, by=request.user, address=client_address(request), **given
        ),
        base=BASE,
        context={"demand": demand, "label": label},
    )


@for_roles(*ACTING)
@require_http_methods(["GET", "POST"])
def demand_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Who dispatches sets right under what a demand was filed."""
    demand = _dispatched(request, number)
    form = forms.CorrectForm(request.POST or None, demand=demand)
    if form.is_valid():
        try:
            actions.correct(demand=demand, by=request.user, **form.given())
        except Conflict as error:
            return show(request, demand_or_404(request, number), problem=sentence(error), status=409)
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("分类已更正。"))
            return redirect("demand", number)
    context = {"demand": demand, "form": form}
    return render_page(request, f"{BASE}/correct.html", None, context, status=400 if form.errors else 200)


def _done(
    request: HttpRequest, demand: Demand, form, name: str, said: str, act: Callable[[], object]
) -> HttpResponse:
    """The form's action and back to the demand; refused, the demand's page with the form and its errors."""
    if form.is_valid():
        with refusals_in(form):
            act()
            messages.success(request, said)
            return redirect("demand", demand.number)
    return show(request, demand_or_404(request, demand.number), status=400, **{name: form})


def _handled(request: HttpRequest, number: str) -> Demand:
    """The demand, for those who handle it; 403 for the enterprise and leaders."""
    demand = demand_or_404(request, number)
    if actors_of(request.user, demand).isdisjoint(states.STAFF):
        raise PermissionDenied
    return demand


def _dispatched(request: HttpRequest, number: str) -> Demand:
    demand = demand_or_404(request, number)
    if actors_of(request.user, demand).isdisjoint(states.DISPATCHERS):
        raise PermissionDenied
    return demand


def _other(request: HttpRequest, number: str) -> Demand:
    try:
        return queries.known_for(request.user, number)
    except Demand.DoesNotExist as error:
        words = {"number": number}
        raise Invalid({"other": _("没有编号为“%(number)s”的诉求，或不在您的范围内。") % words}) from error
