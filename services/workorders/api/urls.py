"""The REST addresses of demands, below /api/v1/; what stands before a move's place is no move."""

from django.urls import path

from .demands import (
    DemandBulkDispatchView,
    DemandListView,
    DemandMoveView,
    DemandSimilarView,
    DemandView,
)
from .meetings import MeetingListView, MeetingView, ResolutionEndView
from .papers import (
    CallbackCloseView,
    CallbackListView,
    DemandAttachmentListView,
    DemandAttachmentView,
    DemandCallbackView,
    DemandLinkListView,
    DemandLinkView,
    DemandNoteView,
    DemandPersonalView,
)

api = [
    path("demand-callbacks", CallbackListView.as_view(), name="demand-callbacks"),
    path("demand-callbacks/<int:pk>/close", CallbackCloseView.as_view(), name="demand-callback-close"),
    path("demands", DemandListView.as_view(), name="demands"),
    path("demands/bulk-dispatch", DemandBulkDispatchView.as_view(), name="demand-bulk-dispatch"),
    path("demands/similar", DemandSimilarView.as_view(), name="demand-similar"),
    path("demands/<str:number>", DemandView.as_view(), name="demand"),
    path("demands/<str:number>/attachments", DemandAttachmentListView.as_view(), name="demand-attachments"),
    path(
        "demands/<str:number>/attachments/<int:pk>", DemandAttachmentView.as_view(), name="demand-attachment"
    ),
    path("demands/<str:number>/callbacks", DemandCallbackView.as_view(), name="demand-callback"),
    path("demands/<str:number>/links", DemandLinkListView.as_view(), name="demand-links"),
    path("demands/<str:number>/links/<str:other>", DemandLinkView.as_view(), name="demand-link"),
    path("demands/<str:number>/notes", DemandNoteView.as_view(), name="demand-notes"),
    path("demands/<str:number>/personal", DemandPersonalView.as_view(), name="demand-personal"),
    path("demands/<str:number>/<str:move>", DemandMoveView.as_view(), name="demand-move"),
    path("joint-meetings", MeetingListView.as_view(), name="joint-meetings"),
    path("joint-meetings/<str:number>", MeetingView.as_view(), name="joint-meeting"),
    path(
        "joint-meetings/<str:number>/resolutions/<int:pk>/<str:end>",
        ResolutionEndView.as_view(),
        name="joint-meeting-resolution",
    ),
]
