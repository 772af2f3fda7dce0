"""What becomes of an enterprise whose organisation ends. Pure."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")
NOT_CHOSEN = object()
BRANCH_MEMBERS = 3  # 中办发〔2012〕11号: three full members make a branch (一企一支部)


def destinations(
    covered: Iterable[str], chosen: Mapping[str, Key | None], default: Key | object | None = NOT_CHOSEN
) -> tuple[dict[str, Key | None], list[str]]:
    """({USCC: where it goes}, [USCCs for which nobody said]). None means 无组织."""
    found, open_ones = {}, []
    for uscc in covered:
        if uscc in chosen:
            found[uscc] = chosen[uscc]
        elif default is not NOT_CHOSEN:
            found[uscc] = default
        else:
            open_ones.append(uscc)
    return found, open_ones


def form_in(organization) -> str:
    """The form of an enterprise that moves to another organisation: it shares it (联合组建); to none: 无."""
    return "none" if organization is None else "joint"
