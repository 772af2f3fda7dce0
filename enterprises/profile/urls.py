"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from .api.views import PersonalView, PortraitView, SurveyListView
from .pages import (
    WORKLIST_ROLES,
    enterprise_changes,
    enterprise_personal,
    enterprise_portrait,
    enterprise_survey,
    enterprise_surveys,
    survey_worklist,
)

pages = [
    path("surveys/due/", survey_worklist, name="survey-worklist"),
    path("enterprises/<str:uscc>/", enterprise_portrait, name="enterprise-portrait"),
    path("enterprises/<str:uscc>/survey/", enterprise_survey, name="enterprise-survey"),
    path("enterprises/<str:uscc>/surveys/", enterprise_surveys, name="enterprise-surveys"),
    path("enterprises/<str:uscc>/changes/", enterprise_changes, name="enterprise-changes"),
    path("enterprises/<str:uscc>/personal/", enterprise_personal, name="enterprise-personal"),
]

api = [
    path("enterprises/<str:uscc>/portrait", PortraitView.as_view(), name="enterprise-portrait"),
    path("enterprises/<str:uscc>/surveys", SurveyListView.as_view(), name="enterprise-surveys"),
    path("enterprises/<str:uscc>/personal", PersonalView.as_view(), name="enterprise-personal"),
]

navigation.register(
    NavItem(_("待摸排"), "survey-worklist", "clipboard-check", roles=frozenset(WORKLIST_ROLES), order=25)
)
