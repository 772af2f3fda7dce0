"""Pages of imports and exports: upload, watch, preview, commit; ask for a list and fetch it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.scope import Role
from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict, Invalid, or_404

from . import actions, files, queries, rules
from .forms import CommitForm, UploadForm
from .models import SheetExport, SheetImport
from .registry import kind_of, kinds_for
from .rows import export_row, import_row, sheet_rows
from .uploading import import_upload

BASE = "portal/imports"
PAGE_SIZE = 50
IMPORTERS = (Role.ADMIN, Role.BUREAU, Role.STATION)
OUTCOMES = {
    "invalid": gettext_lazy("有误"),
    "created": gettext_lazy("新建"),
    "updated": gettext_lazy("变更"),
    "unchanged": gettext_lazy("不变"),
}


def import_or_404(request: HttpRequest, pk: uuid.UUID) -> SheetImport:
    try:
        return queries.imports_for(request.user).get(pk=pk)
    except SheetImport.DoesNotExist as error:
        raise Http404 from error


@require_GET
@for_roles(*IMPORTERS)
def import_list(request: HttpRequest) -> HttpResponse:
    """The history of imports in scope, newest first."""
    page = paginate(
        queries.imports_for(request.user),
        ordering=("-created_at",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    context = {"page": page, "rows": [import_row(row) for row in page.rows]}
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context)


@for_roles(*IMPORTERS)
def import_create(request: HttpRequest) -> HttpResponse:
    """A clerk uploads a sheet; the check starts by itself."""
    offered = kinds_for(request.user)
    form = UploadForm(
        request.POST or None, request.FILES or None, kinds=offered, initial={"kind": request.GET.get("kind")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            sheet_import = import_upload(
                kind=form.cleaned_data["kind"], upload=form.cleaned_data["file"], by=request.user
            )
        except Invalid as error:
            add_errors(form, error)
        else:
            return redirect("import-detail", sheet_import.pk)
    status = 422 if form.errors else 200  # content like any other: the page shows the sentence at its field
    return render_page(request, f"{BASE}/upload.html", None, {"form": form, "kinds": offered}, status=status)


@require_GET
@for_roles(*IMPORTERS)
def import_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One import from the upload to the result; asks for itself every second while something runs."""
    sheet_import = import_or_404(request, pk)
    return render_page(
        request, f"{BASE}/detail.html", f"{BASE}/_state.html", _detail_context(request, sheet_import)
    )


def _detail_context(request: HttpRequest, sheet_import: SheetImport) -> dict:
    context = {"item": import_row(sheet_import), "import": sheet_import, "form": CommitForm()}
    if sheet_import.is_working or not sheet_import.total:
        return context
    counts = {name: getattr(sheet_import, name) for name in OUTCOMES}
    first = next((name for name, count in counts.items() if count), "created")
    outcome = request.GET.get("outcome", first)
    page = paginate(
        queries.rows_of(sheet_import, outcome),
        ordering=("row_no",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    return context | {
        "outcome": outcome,
        "tabs": [
            (label, f"?outcome={name}", name == outcome, counts[name]) for name, label in OUTCOMES.items()
        ],
        "page": page,
        "rows": sheet_rows(sheet_import, page.rows),
        "list_url": kind_of(sheet_import.kind).list_url,
    }


@require_POST
@for_roles(*IMPORTERS)
def import_commit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The preview is accepted; writing starts by itself."""
    form = CommitForm(request.POST)
    sheet_import = import_or_404(request, pk)
    try:
        form.is_valid()
        actions.request_commit(
            sheet_import=sheet_import, by=request.user, skip_invalid=form.cleaned_data["skip_invalid"]
        )
    except Conflict as error:
        messages.error(request, str(error.detail))
    return redirect("import-detail", pk)


@require_POST
@for_roles(*IMPORTERS)
def import_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The upload is given up before anything was written."""
    try:
        actions.cancel_import(sheet_import=import_or_404(request, pk), by=request.user)
        messages.success(request, _("导入已取消，没有写入任何数据。"))
    except Conflict as error:
        messages.error(request, str(error.detail))
    return redirect("import-detail", pk)


@require_GET
@for_roles(*IMPORTERS)
def import_errors(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bad rows as a workbook."""
    try:
        return files.errors(import_or_404(request, pk))
    except FileNotFoundError as error:
        raise Http404 from error


@require_GET
@for_roles(*IMPORTERS)
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty workbook of a kind that this user may bring in."""
    declared = or_404(next((offered for offered in kinds_for(request.user) if offered.code == kind), None))
    return files.template(declared, request.user)


@require_GET
@login_required
def export_list(request: HttpRequest) -> HttpResponse:
    """The own exports; asks for itself while one is being made."""
    page = paginate(
        queries.exports_for(request.user),
        ordering=("-created_at",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    rows = [export_row(row) | {"is_mine": row.is_for(request.user)} for row in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "working": any(row["status"] in {"queued", "running"} for row in rows),
        "may_export": rules.can_export(request.user),
    }
    return render_page(request, f"{BASE}/exports.html", f"{BASE}/_exports.html", context)


@require_POST
@login_required
def export_create(request: HttpRequest) -> HttpResponse:
    """A list is asked for as a file, filtered as it stood on the page."""
    query = QueryDict(request.POST.get("filters", "")[:2000])
    filters = {name: query[name] for name in query if name not in {"cursor", "ordering", "page_size"}}
    actions.request_export(
        kind=request.POST.get("kind", ""),
        filters={name: value for name, value in filters.items() if value},
        format=request.POST.get("format", "xlsx"),
        by=request.user,
    )
    messages.success(request, _("已开始生成导出文件，完成后可在此下载。"))
    return redirect("export-list")


@require_GET
@login_required
def export_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A finished export."""
    try:
        return files.export(queries.exports_for(request.user).get(pk=pk), by=request.user)
    except (SheetExport.DoesNotExist, FileNotFoundError) as error:
        raise Http404 from error
