import pytest

from dashboards.word.look import Look, is_dark, lighter
from dashboards.word.text import clean, cut, cut_to_width, escape, one_line, width


def test_control_characters_and_direction_overrides_vanish() -> None:
    assert clean("a\x00b\x08\x1f\ud800\ufffe\u202e\u2066c\x85d\r\ne") == "abc\nd\ne"


def test_other_scripts_and_emoji_stay() -> None:
    assert clean("客户 😀 مرحبا é") == "客户 😀 مرحبا é"


def test_markup_is_escaped_also_for_attributes() -> None:
    assert escape('<a b="c">&') == "&lt;a b=&quot;c&quot;&gt;&amp;"


@pytest.mark.parametrize(("text", "limit", "expected"), [("abcd", 4, "abcd"), ("abcde", 4, "abc…")])
def test_cut_keeps_its_limit(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


def test_width_counts_wide_characters_twice_and_combining_ones_not() -> None:
    assert width("ab") == 2
    assert width("客户（1）") == 9
    assert width("e\u0301") == 1


def test_cut_to_width_measures_what_is_printed() -> None:
    assert cut_to_width("客户价值", 8) == "客户价值"
    assert cut_to_width("客户价值分析", 8) == "客户价…"
    assert cut_to_width("abcdefghi", 8) == "abcdefg…"
    assert cut_to_width("一行\n\t两行", 20) == "一行 两行"


def test_a_huge_text_is_cut_at_once() -> None:
    assert len(cut_to_width("长" * 100_000, 30)) == 15
    assert len(one_line("x " * 100_000, 200)) == 200


def test_colours_are_checked() -> None:
    assert Look(accent="#0b3d6e").accent == "0B3D6E"
    with pytest.raises(ValueError, match="'red' is not a colour"):
        Look(series=("red",))
    with pytest.raises(ValueError, match="at least one"):
        Look(series=())


def test_lighter_mixes_with_white_and_dark_means_white_text_reads() -> None:
    assert lighter("000000", 0.5) == "808080"
    assert is_dark("0B5FA5")
    assert not is_dark("E08A00")
