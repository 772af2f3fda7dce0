import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.text import UnreadableText, clean_line, clean_text, half_width, is_blank, strict_line


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\u200b\u200d\ufeff", "\u3164", "\u2800", "\u00ad", " \u3000\u00a0", "\u202e", "\U000e0041"],
)
def test_invisible_text_is_empty(text):
    assert clean_line(text) == ""


@pytest.mark.parametrize("text", ["\u200b", "\u3164\u2800", "\u3000\t\n", ""])
def test_blank_says_so(text):
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["上海\u202e司公", "a\u2066b", "x\x07", "x\x00", "\x85\x80", "名\ufffd称", "x\ud800"]
)
def test_misleading_characters_are_refused(text):
    with pytest.raises(UnreadableText):
        strict_line(text)


def test_line_is_trimmed_and_folded():
    assert strict_line("\u3000ＡＢＣ（上海）\u200b\u00a0 有限\t公司\n") == "ABC(上海) 有限 公司"
    assert strict_line("上海某某有限公司") == "上海某某有限公司"


def test_note_keeps_its_lines_and_punctuation():
    assert clean_text("一，\r\n二\u2028三\u200b") == "一，\n二\n三"


def test_half_width_leaves_circled_and_foreign_digits_alone():
    assert half_width("１２．５　－３") == "12.5 -3"
    assert half_width("①²٣") == "①²٣"


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    once = clean_line(text)
    assert clean_line(once) == once
    assert not any(unicodedata.category(c).startswith("C") for c in once)


@given(st.text())
def test_strict_line_agrees_with_what_it_returns(text):
    try:
        once = strict_line(text)
    except UnreadableText:
        return
    assert strict_line(once) == once
    assert once == once.strip()
