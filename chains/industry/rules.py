"""Who may change the industry map, and how a chain hangs together. Pure."""

from collections.abc import Iterable, Sequence


def can_manage_chains(user, district_id: int) -> bool:
    """The bureau of the district (and the administrator) keeps chains and segments."""
    return user.scope.is_admin or district_id in user.scope.managed


def ladder(sources: Sequence, targets: Sequence) -> Iterable[tuple]:
    """Arrows from each of `sources` to the targets at its height, so that every one on either side has an arrow.

    Two lists of different length are laid side by side like two rulers; where they overlap, an arrow goes.
    """
    for i, source in enumerate(sources):
        low, high = i * len(targets), (i + 1) * len(targets)
        for j, target in enumerate(targets):
            if j * len(sources) < high and (j + 1) * len(sources) > low:
                yield source, target
