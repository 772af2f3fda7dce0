"""Unified social credit codes (GB 32100-2015): 18 characters of 0-9A-HJ-NPQRTUWXY, the last one a check character."""

from stdnum.cn import uscc as standard

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = [pow(3, position, 31) for position in range(LENGTH - 1)]


def check_character(body: str) -> str:
    """The 18th character for the first 17: weights 3^(i-1) mod 31."""
    return standard.calc_check_digit(body)


def has_valid_form(code: str) -> bool:
    return len(code) == LENGTH and all(character in _VALUES for character in code)


def is_valid(code: str) -> bool:
    """Whether a normalised code has the right form and check character. About a microsecond: sheets have many."""
    if len(code) != LENGTH:
        return False
    try:
        values = [_VALUES[character] for character in code]
    except KeyError:
        return False
    total = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=False))
    return values[-1] == (31 - total % 31) % 31


def complete(body: str) -> str:
    """The whole code for 17 characters."""
    return body + check_character(body)
