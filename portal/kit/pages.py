"""Pages: one view answers the full page or its fragment; the navigation is data that features register."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django_htmx.http import trigger_client_event

ALL_ROLES = frozenset({"admin", "bureau", "station", "department", "institution", "enterprise", "leader"})


def wants_fragment(request: HttpRequest) -> bool:
    """A real htmx swap: not a boosted link and not a history restore, which need the whole page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    page: str,
    fragment: str | None,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The template `page`, or only `fragment` when htmx asks to swap it in. Caches keep the two apart.

    A fragment has no place for messages: those left over travel in a header and appear as toasts.
    """
    swap = bool(fragment) and wants_fragment(request)
    response = render(request, fragment if swap else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if swap and (notes := [{"text": str(note), "tone": note.level_tag} for note in get_messages(request)]):
        trigger_client_event(response, "toast", {"messages": notes})
    return response


@dataclass(frozen=True)
class NavGroup:
    """A part of the menu: its heading (none on top), its place, and whether it opens on demand only."""

    label: Any
    place: int
    folded: bool = False


DAILY = NavGroup("", 0)
FIGURES = NavGroup(_("看板与简报"), 1)
ORGANISATIONS = NavGroup(_("组织嵌链"), 2)
SERVICES = NavGroup(_("服务强链"), 3)
COLLABORATION = NavGroup(_("协同聚链"), 4)
TABLES = NavGroup(_("导入导出"), 5, folded=True)
REFERENCE = NavGroup(_("资料与管理"), 6, folded=True)


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation. `roles`: who sees it; `prefix`: paths that count as "here".

    `group`: what it belongs to; without one it stands on top, among what its roles use every day.
    """

    label: Any
    url_name: str
    icon: str
    roles: frozenset[str] = ALL_ROLES
    order: int = 50
    prefix: str | tuple[str, ...] = ()
    group: NavGroup = DAILY

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The paths that count as here: the entry's own address and the given ones, with what lies below them."""
        given = (self.prefix,) if isinstance(self.prefix, str) else self.prefix
        return (reverse(self.url_name), *given)


@dataclass
class Navigation:
    items: list[NavItem] = field(default_factory=list)

    def register(self, *items: NavItem) -> None:
        """Adds entries; a second registration of the same address for the same roles changes nothing."""
        known = {(item.url_name, item.roles) for item in self.items}
        self.items += [item for item in items if (item.url_name, item.roles) not in known]
        self.items.sort(key=lambda item: (item.group.place, item.order))

    def visible(self, roles: Iterable[str], path: str) -> list[dict[str, Any]]:
        """The entries for these roles with their address, the current one marked; each address once."""
        own = set(roles)
        shown: dict[str, NavItem] = {}
        for item in self.items:
            if item.roles & own:
                shown.setdefault(item.url_name, item)
        matches = [
            (len(prefix), item)
            for item in shown.values()
            for prefix in item.prefixes
            if _within(path, prefix)
        ]
        here = max(matches, key=lambda match: match[0], default=(0, None))[1]
        return [
            {
                "label": item.label,
                "url": reverse(item.url_name),
                "icon": item.icon,
                "group": item.group,
                "current": item is here,
            }
            for item in shown.values()
        ]


def _within(path: str, prefix: str) -> bool:
    return path == prefix or (prefix != "/" and path.startswith(prefix))


navigation = Navigation()


def portal_context(request: HttpRequest) -> dict[str, Any]:
    """What the base template needs: navigation, version, and whether the user sees personal data."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"portal_version": settings.VERSION}
    return {
        "portal_version": settings.VERSION,
        "navigation": navigation.visible(user.scope.roles, request.path),
        "scope": user.scope,
    }


PageView = Callable[..., HttpResponse]


def for_roles(*roles: str) -> Callable[[PageView], PageView]:
    """A page for these roles only: signed-out visitors are sent to sign in, other roles get 403."""

    def decorate(view: PageView) -> PageView:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.scope.roles & set(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(checked)

    return decorate
