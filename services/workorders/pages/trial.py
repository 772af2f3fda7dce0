"""The dispatch rules tried on the past: what they, or a new one, would have said, beside where people sent it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from portal.kit.pages import for_roles, render_page

from ..forms.settings import TrialForm
from ..models import DispatchRule
from ..queries import rules as queries
from ..queries.rules import Tried
from .access import BASE
from .settings import READERS, district_of


@for_roles(*READERS)
@require_GET
def rule_trial(request: HttpRequest) -> HttpResponse:
    """Nothing is dispatched and nothing saved."""
    district = district_of(request)
    form = TrialForm(request.GET or None, district=district)
    rules = list(queries.rules_of(district))
    wanted: DispatchRule | None = None
    if form.is_valid() and form.cleaned_data["element"]:
        given = form.cleaned_data
        wanted = DispatchRule(district=district, **given)
        key = (wanted.element_id, wanted.town_id)
        rules = [wanted, *(one for one in rules if (one.element_id, one.town_id) != key)]
    found = queries.trial(district, rules)
    context = {
        "form": form,
        "rows": [(one, _sent_elsewhere(one)) for one in found.rows],
        "trial": found,
        "wanted": wanted,
        "days": queries.BACK.days,
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/trial.html", None, context, status=status)


def _sent_elsewhere(one: Tried) -> list[tuple[str, int, str]]:
    """(department, how many, address of these demands) of what people sent to others."""
    place = {"town": one.rule.town.code} if one.rule.town else {}
    return [
        (
            name,
            number,
            f"{reverse('demands')}?{urlencode({'element': one.rule.element.code, **place, 'department': code})}",
        )
        for code, name, number in one.instead
    ]
