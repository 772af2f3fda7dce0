"""What must follow when an organisation is renamed. Packages above repeat its name and register here how they follow:
chains imports none of them. Everything happens in the transaction of the renaming."""

from collections.abc import Callable

from .models import PartyOrganization

Follow = Callable[[PartyOrganization], None]
_followers: list[Follow] = []


def on_rename(follow: Follow) -> Follow:
    """Registers `follow(organization)`, called with the locked organisation under its new name."""
    if follow not in _followers:
        _followers.append(follow)
    return follow


def renamed(organization: PartyOrganization) -> None:
    """Everybody who repeats the name follows."""
    for follow in _followers:
        follow(organization)
