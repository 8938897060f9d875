"""Names, masks and checks, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from liuchi.engines.directory import rules


@pytest.mark.parametrize(
    ("name", "sounds"),
    [
        ("单雄信", "shan4 xiong2 xin4"),
        ("曾国", "zeng1 guo2"),
        ("解放", "xie4 fang4"),
        ("仇和", "qiu2 he2"),
        ("任重", "ren2 zhong4"),
        ("华国", "hua4 guo2"),
        ("查理", "zha1 li3"),
        ("朴树", "piao2 shu4"),
        ("区伟", "ou1 wei3"),
        ("盖天", "ge3 tian1"),
        ("尉迟恭", "yu4 chi2 gong1"),
        ("欧阳修", "ou1 yang2 xiu1"),
        ("吕布", "lv3 bu4"),
        ("John Smith", "johnsmith"),
    ],
)
def test_surnames_are_read_as_surnames(name, sounds):
    assert rules.sort_key(name) == f"{sounds} {name}"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张伟", "张*"),
        ("张卫国", "张**"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("阿依古丽·买买提", "阿***·***"),
        ("张", "*"),
    ],
)
def test_names_are_masked_after_the_surname(name, masked):
    assert rules.mask_name(name) == masked


@pytest.mark.parametrize(
    ("given_value", "masked"),
    [
        (rules.mask_phone("13812341234"), "138****1234"),
        (rules.mask_phone("05561234567"), "*********67"),
        (rules.mask_id_number("11010519491231002X"), "**************002X"),
        (rules.mask_address("罗冲花园3栋２单元501室"), "罗冲花园*栋*单元*室"),
        (rules.mask_address("老街十二号"), "老街*号"),
    ],
)
def test_masks_leave_what_tells_namesakes_apart(given_value, masked):
    assert given_value == masked


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("11010519491231002X", date(1949, 12, 31)),
        ("110105194912310021", None),
        ("11010519491331002X", None),
        ("1101051949123100", None),
        ("", None),
    ],
)
def test_identity_numbers_are_checked_by_date_and_last_character(number, born):
    assert rules.birth_date_of(number) == born


def test_phones_and_names_have_one_form():
    assert [rules.normal_phone(text) for text in ("+86 138-1234 1234", "（0556）1234567")] == [
        "13812341234",
        "05561234567",
    ]
    assert [rules.normal_name(text) for text in (" 张 伟 ", "阿依•买买提", "John Smith")] == [
        "张伟",
        "阿依·买买提",
        "John Smith",
    ]


@given(st.text("张伟国敏静丽单曾欧阳abc", min_size=1, max_size=6), st.data())
def test_every_part_of_a_name_finds_it(name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert rules.search_term(name[start:end]) in rules.search_terms(name)


@given(st.text("朝阳重庆长春行会乐都大夫王小", min_size=1, max_size=4))
def test_sounds_kept_in_memory_are_those_the_library_reads(text):
    # 东 begins the text, so that no surname is read in its own way.
    read = lazy_pinyin(f"东{text}", style=Style.TONE3, neutral_tone_with_five=True)
    sounds = [sound.replace("ü", "v") for sound in read]
    assert rules.sort_key(f"东{text}") == " ".join([*sounds, f"东{text}"])


@given(st.text(max_size=30))
def test_whatever_is_typed_can_be_looked_for(text):
    rules.search_term(text)
    rules.search_terms(text)
    rules.mask_name(text)
    rules.mask_address(text)


def test_nobody_needs_more_terms_than_a_page_holds():
    assert max(len(rules.search_terms(name)) for name in ("欧阳震华", "张伟", "单雄信")) <= 60
