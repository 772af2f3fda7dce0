"""Asking for a bulletin."""

import datetime

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..rules import shifted
from .rules import Term, term_of

MONTHS, QUARTERS = 12, 4


def choosable(today: datetime.date) -> list[Term]:
    """The last twelve months and four quarters, those of today included, the latest first."""
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    months = [shifted(month, -back) for back in range(MONTHS)]
    quarters = [shifted(quarter, -3 * back) for back in range(QUARTERS)]
    return [
        *(term_of(f"{day:%Y-%m}") for day in months),
        *(term_of(f"{day.year}-Q{(day.month + 2) // 3}") for day in quarters),
    ]


class IssueForm(forms.Form):
    """A month or a quarter, and the district when the user issues for several."""

    period = forms.ChoiceField(label=_("期间"))
    district = forms.ChoiceField(label=_("区"))

    def __init__(self, data=None, *, today: datetime.date, districts, initial=None):
        super().__init__(data, initial=initial)
        terms = choosable(today)
        grouped = {"month": _("月"), "quarter": _("季度")}
        self.fields["period"].choices = [
            (title, [(term.key, _told(term, today)) for term in terms if term.step == step])
            for step, title in grouped.items()
        ]
        self.fields["district"].choices = [(row.code, row.name) for row in districts]
        if len(self.fields["district"].choices) == 1:
            del self.fields["district"]


def _told(term: Term, today: datetime.date) -> str:
    """A period that still runs says until when it is counted."""
    if term.last <= today:
        return term.label
    return gettext("%(term)s（截至 %(day)s）") % {"term": term.label, "day": f"{today:%m-%d}"}
