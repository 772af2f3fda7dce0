"""What the pages of one chain share: finding it, and the tabs above them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kit.problems import or_404

from .. import queries
from ..models import Chain
from ..rules import can_manage_chains


def chain_or_404(request: HttpRequest, code: str) -> Chain:
    return or_404(queries.chains(request.user).filter(code=code).first())


def managed_chain(request: HttpRequest, code: str) -> Chain:
    """The chain, when the user keeps it; 403 for whoever only reads."""
    chain = chain_or_404(request, code)
    if not can_manage_chains(request.user, chain.district_id):
        raise PermissionDenied
    return chain


def of_chain(request: HttpRequest, chain: Chain, here: str, **more: Any) -> dict[str, Any]:
    """The context of a page of the chain: the chain, whether the user keeps it, and the tabs (`here` is current)."""
    can_change = can_manage_chains(request.user, chain.district_id)
    pages = [("chain", _("链图与环节")), ("chain-plan", _("一链一方案"))]
    if can_change:
        pages.append(("chain-segments", _("维护环节")))
    return {
        "chain": chain,
        "can_change": can_change,
        "tabs": [(text, reverse(name, args=[chain.code]), name == here, None) for name, text in pages],
        **more,
    }
