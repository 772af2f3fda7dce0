"""Every address of the portal: pages at the root, REST below `/api/v1/`. Each feature lists its own."""

from django.urls import include, path

import chains.alliances.urls
import chains.industry.urls
import chains.party.urls
import enterprises.activities.urls
import enterprises.cobuilding.urls
import enterprises.coverage.urls
import enterprises.ledger.urls
import enterprises.meetings.urls
import enterprises.organizations.urls
import enterprises.outreach.urls
import enterprises.profile.urls
import enterprises.projects.urls
import enterprises.registry.urls
import portal.accounts.urls
import portal.audit.urls
import portal.dashboards.urls
import portal.imports.urls
import portal.kit.urls
import portal.metrics.boards.urls
import portal.metrics.reports.urls
import portal.metrics.urls
import portal.notices.urls
import portal.territory.urls
import services.booking.urls
import services.courses.urls
import services.guides.urls
import services.handbook.urls
import services.lists.urls
import services.policies.urls
import services.simplified.urls
import services.stations.urls
import services.visits.urls
import services.workorders.urls
from portal.kit.docs import DocsView, SchemaView

FEATURES = [
    portal.dashboards.urls,
    portal.kit.urls,
    portal.accounts.urls,
    portal.audit.urls,
    portal.territory.urls,
    portal.imports.urls,
    portal.notices.urls,
    portal.metrics.urls,
    portal.metrics.reports.urls,
    portal.metrics.boards.urls,
    chains.industry.urls,
    enterprises.organizations.urls,  # before chains.party, whose organisations are found by any other word
    chains.party.urls,
    enterprises.meetings.urls,
    enterprises.cobuilding.urls,  # before chains.alliances, whose alliances are found by any word
    chains.alliances.urls,
    enterprises.registry.urls,
    enterprises.profile.urls,
    enterprises.coverage.urls,
    enterprises.outreach.urls,
    enterprises.activities.urls,
    enterprises.ledger.urls,
    enterprises.projects.urls,
    services.stations.urls,
    services.handbook.urls,
    services.policies.urls,
    services.lists.urls,
    services.courses.urls,
    services.guides.urls,
    services.simplified.urls,
    services.booking.urls,
    services.workorders.urls,
    services.visits.urls,
]

api = [pattern for feature in FEATURES for pattern in feature.api]
pages = [pattern for feature in FEATURES for pattern in feature.pages]

urlpatterns = [
    path("api/v1/schema/", SchemaView.as_view(), name="schema"),
    path("api/v1/docs/", DocsView.as_view(url_name="schema"), name="api-docs"),
    path("api/v1/", include((api, "api"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("portal.accounts.sign_in_urls")),
    *pages,
]

handler400 = "portal.kit.failures.bad_request"
handler403 = "portal.kit.failures.forbidden"
handler404 = "portal.kit.failures.not_found"
handler500 = "portal.kit.failures.server_error"
