"""Where the bureau's pages write."""

from django.http import HttpRequest

from portal.kit.problems import or_404
from portal.territory.models import District

from .queries import home_district


def managed_district(request: HttpRequest) -> District:
    managed = request.user.scope.managed
    return or_404(
        District.objects.filter(pk__in=managed).order_by("code").first() if managed else home_district()
    )
