"""Who reads the pages of demands, and a demand by the number of an address."""

from django.http import Http404, HttpRequest

from portal.accounts.scope import Role

from ..models import Demand
from ..queries.demands import demand_for

BASE = "services/workorders"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.DEPARTMENT, Role.ENTERPRISE, Role.LEADER)
STAFF = (Role.ADMIN, Role.BUREAU, Role.STATION)
RAISERS = (*STAFF, Role.ENTERPRISE)
ACTING = (*RAISERS, Role.DEPARTMENT)


def demand_or_404(request: HttpRequest, number: str) -> Demand:
    """The demand inside the reader's scope; another scope's answers exactly like a missing one."""
    try:
        return demand_for(request.user, number)
    except Demand.DoesNotExist as error:
        raise Http404 from error


def is_own_list(user) -> bool:
    """Whether somebody reads the demands of the own enterprise and nobody else's."""
    scope = user.scope
    return bool(scope.enterprises) and not (scope.is_staff or scope.districts or scope.departments)
