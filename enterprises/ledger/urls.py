"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import COLLABORATION, NavItem, navigation

from .api.board import PostingCloseView, PostingListView, PostingMatchesView, PostingView
from .api.credit import (
    CreditCancelView,
    CreditListView,
    CreditView,
    PledgeCancelView,
    PledgeListView,
    PledgeView,
)
from .api.deals import (
    DealAttachmentListView,
    DealAttachmentView,
    DealListView,
    DealMoveView,
    DealView,
)
from .pages import board, credit, deals

LEDGERS = ((credit.CREDIT, "ledger/credit"), (credit.PLEDGES, "ledger/pledges"))

pages = [
    path("ledger/deals/", deals.deal_list, name="deal-list"),
    path("ledger/deals/new/", deals.deal_create, name="deal-create"),
    path("ledger/deals/<str:number>/", deals.deal, name="deal"),
    path("ledger/deals/<str:number>/edit/", deals.deal_edit, name="deal-edit"),
    path("ledger/deals/<str:number>/attachments/", deals.deal_attach, name="deal-attach"),
    path("ledger/deals/<str:number>/attachments/<int:pk>/", deals.deal_attachment, name="deal-attachment"),
    path("ledger/deals/<str:number>/<str:move>/", deals.deal_move, name="deal-move"),
    path("ledger/board/", board.board, name="board"),
    path("ledger/board/new/", board.posting_create, name="posting-create"),
    path("ledger/board/<str:number>/", board.posting, name="posting"),
    path("ledger/board/<str:number>/edit/", board.posting_edit, name="posting-edit"),
    path("ledger/board/<str:number>/close/", board.posting_close, name="posting-close"),
]
for ledger, address in LEDGERS:
    kept = {"ledger": ledger}
    pages += [
        path(f"{address}/", credit.lent_list, kept, name=f"{ledger.url}-list"),
        path(f"{address}/new/", credit.lent_create, kept, name=f"{ledger.url}-create"),
        path(f"{address}/<str:number>/", credit.lent, kept, name=ledger.url),
        path(f"{address}/<str:number>/edit/", credit.lent_edit, kept, name=f"{ledger.url}-edit"),
        path(f"{address}/<str:number>/cancel/", credit.lent_cancel, kept, name=f"{ledger.url}-cancel"),
    ]

api = [
    path("credit-grants", CreditListView.as_view(), name="credit-grants"),
    path("credit-grants/<str:number>", CreditView.as_view(), name="credit-grant"),
    path("credit-grants/<str:number>/cancel", CreditCancelView.as_view(), name="credit-grant-cancel"),
    path("pledges", PledgeListView.as_view(), name="pledges"),
    path("pledges/<str:number>", PledgeView.as_view(), name="pledge"),
    path("pledges/<str:number>/cancel", PledgeCancelView.as_view(), name="pledge-cancel"),
    path("procurement-deals", DealListView.as_view(), name="procurement-deals"),
    path("procurement-deals/<str:number>", DealView.as_view(), name="procurement-deal"),
    path(
        "procurement-deals/<str:number>/attachments",
        DealAttachmentListView.as_view(),
        name="procurement-deal-attachments",
    ),
    path(
        "procurement-deals/<str:number>/attachments/<int:pk>",
        DealAttachmentView.as_view(),
        name="procurement-deal-attachment",
    ),
    path("procurement-deals/<str:number>/<str:move>", DealMoveView.as_view(), name="procurement-deal-move"),
    path("offers-and-needs", PostingListView.as_view(), name="offers-and-needs"),
    path("offers-and-needs/<str:number>", PostingView.as_view(), name="offer-or-need"),
    path("offers-and-needs/<str:number>/close", PostingCloseView.as_view(), name="offer-or-need-close"),
    path("offers-and-needs/<str:number>/matches", PostingMatchesView.as_view(), name="offer-or-need-matches"),
]

READERS = frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE})
navigation.register(
    NavItem(_("要素台账"), "deal-list", "report-money", roles=READERS, order=47, prefix="/ledger/", group=COLLABORATION),
    NavItem(
        _("授信与质押"), "credit-list", "report-money", roles=frozenset({Role.INSTITUTION}), order=47,
        prefix="/ledger/", group=COLLABORATION,
    ),
)  # fmt: skip
