"""The organisations as a tree: one level with the page, every further one when it is opened."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from portal.kit.pages import render_page, wants_fragment

from ..forms.organizations import PlaceFilter
from ..queries import organizations
from ..queries.tree import level, nodes, path_to, totals
from .access import BASE, sections


@login_required
@require_GET
def organization_tree(request: HttpRequest) -> HttpResponse:
    """The tree from the top, or (`?parent=`) the branch of one organisation; htmx fetches just that level."""
    form = PlaceFilter(request.GET)
    filters = form.codes() if form.is_valid() else {}
    code = request.GET.get("parent", "")
    parent = organizations(request.user).filter(code=code).first() if code else None
    if code and parent is None:
        raise Http404
    page, rows = level(request.user, filters, parent=parent, cursor=request.GET.get("cursor", ""))
    chosen = {name: value for name, value in filters.items() if value}
    context = {
        "form": form,
        "page": page,
        "nodes": rows,
        "parent": parent,
        "query": urlencode(chosen),
        "sections": sections(request),
    }
    if wants_fragment(request) and request.htmx.target != "organization-tree":
        part = "_tree_items" if request.GET.get("cursor") else "_tree_level"
        return render(request, f"{BASE}/{part}.html", context)
    if parent is None:
        context["totals"] = totals(request.user, filters)
    else:
        context["node"] = nodes(request.user, filters, [parent])[0]
        context["path"] = path_to(request.user, parent)
    return render_page(request, f"{BASE}/tree.html", f"{BASE}/_tree.html", context)
