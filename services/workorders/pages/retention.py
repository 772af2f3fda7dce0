"""What the removal of old personal data would touch, what it did, and doing it now. For the bureau."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate

from ..actions import forget_personal
from ..queries import retention as queries
from .access import BASE
from .settings import KEEPERS, district_of


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """GET is the dry run with the record of all passes; POST frees the oldest now."""
    district = district_of(request)
    if request.method == "POST":
        run = forget_personal(district=district, by=request.user)
        words = {"demands": run.demands, "texts": run.texts, "files": run.files}
        messages.success(
            request, _("已清理诉求 %(demands)d 件，脱敏文本 %(texts)d 处，删除附件 %(files)d 个。") % words
        )
        return redirect("demand-retention")
    page = paginate(
        queries.runs(request.user, district),
        ordering=("-ran_at", "-id"),
        cursor=request.GET.get("cursor", ""),
    )
    context = {"preview": queries.preview(district), "page": page}
    return render_page(request, f"{BASE}/retention.html", None, context)
