"""Invented names. Surnames and given names are common; the combinations are chance.

No name has one character after the surname: with two, none of the 63,000 possible
names is that of a person in the documents the demo's figures come from.
"""

from __future__ import annotations

from random import Random

SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文"
)
_COMMON = 30  # the first of them carry most people

COMMON_SHARE = 0.7

# Given names go with the generation: born before, then first and second characters of men's
# names and of women's.
_GENERATIONS = (
    (
        1962,
        ("德永福长兴玉金泽广显", "发贵财根生寿田山林才旺来"),
        ("秀桂玉素翠凤月淑莲菊", "英兰珍芝娥云仙琴花香"),
    ),
    (
        1988,
        ("建志国卫家学文立永世", "军平东民华斌生辉良勇刚"),
        ("丽红春晓雪玉海美小秋", "霞萍琴燕敏梅芳莉静娟"),
    ),
    (
        9999,
        ("俊宇浩子天嘉思明泽博", "轩涛杰宁晨航然帆阳凯"),
        ("雨思梦佳欣静婷诗语若", "涵琪怡瑶萱菲彤雯晴妍"),
    ),
)


def surname(chance: Random) -> str:
    """Return a surname; the common ones more often."""
    return chance.choice(SURNAMES[:_COMMON] if chance.random() < COMMON_SHARE else SURNAMES)


def given_name(chance: Random, birth_year: int, *, woman: bool) -> str:
    """Return a given name of the generation."""
    for before, men, women in _GENERATIONS:
        if birth_year < before:
            first, second = women if woman else men
            return chance.choice(first) + chance.choice(second)
    msg = f"no generation for {birth_year}"
    raise ValueError(msg)
