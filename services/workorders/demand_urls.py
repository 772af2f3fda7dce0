"""Addresses of one demand: raising it, reading it, moving it, and what is laid to it."""

from django.urls import path

from .pages import intake, meetings, moves, one, papers

pages = [
    path("demands/new/", intake.demand_new, name="demand-new"),
    path("demands/new/alike/", intake.demand_alike, name="demand-alike"),
    path("demands/<str:number>/", one.demand_page, name="demand"),
    path("demands/<str:number>/attachments/", papers.demand_attach, name="demand-attach"),
    path("demands/<str:number>/attachments/<int:pk>/", papers.demand_attachment, name="demand-attachment"),
    path("demands/<str:number>/notes/", papers.demand_note, name="demand-note"),
    path("demands/<str:number>/links/", papers.demand_link, name="demand-link"),
    path("demands/<str:number>/links/<str:other>/remove/", papers.demand_unlink, name="demand-unlink"),
    path("demands/<str:number>/personal/", papers.demand_personal, name="demand-personal"),
    path("demands/<str:number>/correct/", papers.demand_correct, name="demand-correct"),
    path("demands/<str:number>/callbacks/", papers.demand_callback, name="demand-callback"),
    path(
        "demands/<str:number>/callbacks/<int:pk>/", papers.demand_callback_close, name="demand-callback-close"
    ),
    path("demands/<str:number>/tasks/<int:pk>/<str:end>/", meetings.demand_task, name="demand-task"),
    path("demands/<str:number>/<str:move>/", moves.demand_do, name="demand-do"),
]
