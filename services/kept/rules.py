"""Who keeps what the district offers."""


def can_manage_services(user, district_id: int | None = None) -> bool:
    """The bureau of the district (and the administrator) keeps stations, catalogue, institutions and lists.

    Without a district: whether somebody keeps them anywhere; the catalogue is shared by all districts.
    """
    scope = getattr(user, "scope", None)
    if scope is None:
        return False
    return scope.is_admin or (bool(scope.managed) if district_id is None else district_id in scope.managed)
