"""Codes of places that lists are narrowed by."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.text import clean_line
from portal.territory.models import Town

from .industry.models import Chain, Segment

CODE_MODELS = {"town": Town, "chain": Chain, "segment": Segment}


def refuse_unknown_codes(filters: Mapping[str, str], known: Mapping[str, Any] = CODE_MODELS) -> None:
    """Raises Invalid (400) for a code that does not exist, of a town, chain or segment, or of the models (or rows in
    scope) that `known` has for a filter; to be asked only when nothing was found, so that the usual request pays nothing
    for it."""
    rows = {name: getattr(one, "objects", one) for name, one in known.items() if filters.get(name)}
    unknown = {
        name: _("没有代码为“%(code)s”的%(what)s。")
        % {"code": filters[name], "what": found.model._meta.verbose_name}
        for name, found in rows.items()
        if not found.filter(code=clean_line(filters[name])).exists()
    }
    if unknown:
        raise Invalid(unknown)
