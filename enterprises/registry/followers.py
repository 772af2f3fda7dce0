"""What must follow when places on chains change: whoever judges by them registers here, so that the register needs to
know none of them. Everything happens in the transaction of the change."""

from collections.abc import Callable, Iterable

Follow = Callable[[frozenset[int]], object]
_followers: list[Follow] = []


def on_places_changed(follow: Follow) -> Follow:
    """Registers `follow(enterprise_ids)`, called after the places of these enterprises have changed."""
    if follow not in _followers:
        _followers.append(follow)
    return follow


def places_changed(enterprises: Iterable[int]) -> None:
    """Everybody who judges by places follows."""
    ids = frozenset(enterprises)
    for follow in _followers if ids else ():
        follow(ids)
