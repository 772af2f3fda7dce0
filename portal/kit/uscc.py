"""Unified social credit codes (GB 32100-2015): 18 characters of 0-9A-HJ-NPQRTUWXY, the last one a check character."""

from operator import mul

from stdnum.cn import uscc as standard

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = [*(pow(3, position, 31) for position in range(LENGTH - 1)), 1]


def check_character(body: str) -> str:
    """The 18th character for the first 17: weights 3^(i-1) mod 31."""
    return standard.calc_check_digit(body)


def is_valid(code: str) -> bool:
    """Whether a normalised code has the right form and check character. A microsecond: sheets have many."""
    if len(code) != LENGTH:
        return False
    try:
        return sum(map(mul, map(_VALUE.__getitem__, code), _WEIGHTS)) % 31 == 0
    except KeyError:
        return False


def complete(body: str) -> str:
    """The whole code for 17 characters."""
    return body + check_character(body)
