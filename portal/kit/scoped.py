"""Every read of a scoped row starts here: `Model.objects.visible_to(user)`."""

from typing import Self

from django.db.models import Q, QuerySet


class ScopedQuerySet(QuerySet):
    """Rows that a user may see. Each model says how in `scope_filter(scope) -> Q`.

    Unknown means denied: an anonymous or inactive user sees nothing.
    """

    def scope_filter(self, scope) -> Q:
        raise NotImplementedError(f"{type(self).__name__} must say which rows a scope sees.")

    def visible_to(self, user) -> Self:
        """The rows inside the user's scope; another scope's row is as if it did not exist."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.scope.is_admin:
            return self.all()
        return self.filter(self.scope_filter(user.scope))


class ReferenceQuerySet(ScopedQuerySet):
    """Reference rows (towns, chains, kinds …) are the same for every signed-in user."""

    def scope_filter(self, scope) -> Q:
        return Q()
