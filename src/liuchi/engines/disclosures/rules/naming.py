"""Names of people in running text: found by their surname and what stands around them.

A text that tells of illness or of a child is released with its names masked. A word taken for a
name costs a star in the wrong place; a name that is not seen costs somebody their peace. Source of
the surnames: the four hundred commonest of the 2020 census and the 《百家姓》's compound ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from liuchi.engines.directory.rules import mask_name

_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱"
    "严覃武戴莫孔向汤操琚查温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇"
    "桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储栗燕楚鄢劳谌奚皮蔺楼盘粟冼鹿宓"
)
_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|公孙|慕容|司徒|夏侯|宇文|轩辕|端木|百里|钟离|闻人|尉迟|长孙|澹台|令狐"
    "|南宫|西门|呼延"
)
# Words that begin like a name and are none.
_NO_NAME = (
    "严重|金额|方便|方面|任何|任务|高中|高龄|安全|安排|安置|成年|成人|成员|成立|平时|平均|支付|支出|付款|"
    "常住|常年|包括|包干|经费|路灯|车辆|司机|万元|万人|项目|陆续|石子|水费|单位|单亲|施工|工程|计划|费用|"
    "纪委|连续|解决|管理|党员|党委|党支部|谈话|申请|申报|明确|明细|明年|查看|查询|向上|于是|易地|时|"
    "温馨|康复|满|江苏|陈述|许可|程序|白内障|白血病|黄疸|毛病|段|花费|华|家|金属|文件|文化|龙头|石料"
)
_GIVEN = rf"(?!{_NO_NAME})(?:(?:{_COMPOUND})|[{_SINGLE}])[一-鿿]{{1,2}}"
_AFTER = (
    r"[，,、；;。（(：: ]|的|患|因|系|住|今年|之|同学|小朋友|一家|家|上学|上小|上初|上高|上大"
    r"|就读|读|考|确诊|残|病|得了|需|有病|身患|突发|微信|电话|手机|邮箱|身份证|卡号|联系"
)
# Also a name of a rare surname, where what follows says that somebody was named.
_BY_WHAT_FOLLOWS = (
    r"[一-鿿]{2,3}(?=[，,、（( ]*(?:今年|现年|男|女)?[，,、 ]*\d{1,2}\s*(?:周岁|岁))"
    r"|[一-鿿]{2,3}(?=[（(]\s*(?:男|女)\s*[，,）)])"
)
_BEFORE = r"[：:、，,；;（( 儿子女孙妻夫父母户童孤生]"
_NAME = re.compile(
    rf"(?<![一-鿿]){_GIVEN}(?![一-鿿])|{_GIVEN}(?={_AFTER})"
    rf"|(?<={_BEFORE}){_GIVEN}(?![一-鿿])|{_BY_WHAT_FOLLOWS}"
)
_MASKED = re.compile(r"[一-鿿]\*{1,3}")
CHARACTERS_MIN = 2


def names_in(text: str, known: frozenset[str] = frozenset()) -> Iterator[tuple[int, int]]:
    """Yield where names stand in a text: those known, and what looks like one."""
    yield from where(text, known)
    for match in _NAME.finditer(text):
        yield match.span()


def where(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield where some names stand, also with spaces between their characters.

    The cost is that of the text, however many names there are.
    """
    letters = [(place, letter) for place, letter in enumerate(text) if not letter.isspace()]
    bare = "".join(letter for _place, letter in letters)
    for start in range(len(bare) if names else 0):
        for length in _lengths(names):
            if bare[start : start + length] in names and start + length <= len(bare):
                yield letters[start][0], letters[start + length - 1][0] + 1


@lru_cache(maxsize=4)
def _lengths(names: frozenset[str]) -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in names if len(name) >= CHARACTERS_MIN}))


def is_named(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether anybody is named in a text, also with stars."""
    return _MASKED.search(text) is not None or next(names_in(text, known), None) is not None


def without_names(text: str, known: frozenset[str] = frozenset()) -> str:
    """Return a text with its names masked: 张*，患病."""
    later = len(text)
    for start, end in sorted(names_in(text, known), reverse=True):
        if end <= later:
            text = text[:start] + mask_name(text[start:end]) + text[end:]
            later = start
    return text
