"""The tasks of joint meetings, followed up beside the board: what is overdue first."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate

from ..forms.board import TaskFilter
from ..queries import tasks
from .access import BASE
from .board import NOTHING, READERS, choices_of


@for_roles(*READERS)
@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """Each task with its owner, its day, and the demand on whose page it is finished."""
    form = TaskFilter(request.GET, **choices_of(request.user))
    page, today = NOTHING, timezone.localdate()
    if form.is_valid():
        rows = tasks.listed(request.user, form.filters(), today=today)
        page = paginate(rows, ordering=("due_on", "id"), cursor=request.GET.get("cursor", ""))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, tasks.light(row, today)) for row in page.rows],
        "handles": request.user.scope.is_staff or bool(request.user.scope.departments),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/tasks.html", f"{BASE}/_task_list.html", context, status=status)
