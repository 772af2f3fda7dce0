from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as standard

from portal.kit import uscc

bodies = st.builds(
    lambda head, region, rest: head + region + rest,
    st.sampled_from(["91", "92", "11", "52", "Y1"]),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(uscc.ALPHABET, min_size=9, max_size=9),
)


@given(bodies)
def test_completed_codes_are_valid_by_the_standard_too(body):
    code = uscc.complete(body)
    assert uscc.is_valid(code)
    assert standard.calc_check_digit(body) == code[-1]


@given(bodies, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_never_passes(body, place, character):
    code = uscc.complete(body)
    wrong = code[:place] + character + code[place + 1 :]
    assert uscc.is_valid(wrong) == (wrong == code)


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text):
    assert uscc.is_valid(text) in (True, False)


def test_letters_outside_the_alphabet_are_refused():
    for letter in "IOSVZ":
        assert not uscc.is_valid("91310117MA1J0000" + letter + "X")
