"""The sections in plain words: what people approve is what runs."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from liuchi.engines.visits.enums import Target, Tier, Way
from liuchi.engines.visits.spec.shapes import LinkSpec, LinksSpec, NormSpec, PatrolSpec, PatrolsSpec
from liuchi.kernel.periods import PER_WORDS
from liuchi.kernel.sentences import Sentence

WAY_WORDS = {
    Way.VISIT: Sentence("上门", "visit"),
    Way.PHONE: Sentence("电话", "telephone"),
    Way.MESSAGE: Sentence("微信或短信", "message"),
    Way.PATROL: Sentence("到现场", "on the spot"),
}
TARGET_WORDS = {
    Target.HOUSEHOLD: Sentence("户", "households"),
    Target.ORGANIZATION: Sentence("个单位", "organisations"),
    Target.REACH: Sentence("处河段林片", "reaches"),
}
TIER_WORDS = {
    Tier.COUNTY: Sentence("区（县）级", "of the zone or county"),
    Tier.TOWN: Sentence("镇级", "of the town"),
    Tier.VILLAGE: Sentence("村级", "of the village"),
}


def norm_words(norm: NormSpec) -> Sentence:
    """Return ``每月 2 次``."""
    per = PER_WORDS[norm.per]
    often = "once " if norm.times == 1 else "{times} times "
    return Sentence(per.zh + " {times} 次", often + per.en, {"times": norm.times})


def explain_links(section: BaseModel, language: str) -> Sequence[str]:
    """Return the links in Chinese or English, a line each."""
    spec = LinksSpec.model_validate(section)
    return [
        *(_link(each, language).in_language(language) for each in spec.root),
        Sentence(
            "次数不够只提醒，不排名；走访不定位，只记住户同意反映的事。",
            "What is missing is only said, nobody is ranked; a visit asks for no position and "
            "records only what the household agrees to raise.",
        ).in_language(language),
    ]


def explain_patrols(section: BaseModel, language: str) -> Sequence[str]:
    """Return the patrols in Chinese or English, a line each."""
    spec = PatrolsSpec.model_validate(section)
    return [
        *(_patrol(each, language).in_language(language) for each in spec.root),
        Sentence(
            "次数不够只提醒，不排名；巡查不定位，不留轨迹。",
            "What is missing is only said, nobody is ranked; a patrol leaves no position and no "
            "track.",
        ).in_language(language),
    ]


def _link(each: LinkSpec, language: str) -> Sentence:
    target = TARGET_WORDS[each.to]
    ways = "、".join(WAY_WORDS[way].in_language(language) for way in each.ways)
    held_zh = f"每人至少 {each.at_least} {target.zh}" if each.at_least > 1 else ""
    held_zh += f"，最多 {each.most} {target.zh}" if each.most else ""
    held_en = f"; at least {each.at_least} each" if each.at_least > 1 else ""
    held_en += f"; at most {each.most} each" if each.most else ""
    return Sentence(
        "{title}：{keeper}联系，{norm}（{ways}）"
        + (f"；{held_zh}" if held_zh else "")
        + ("；住户同意才结对" if each.to is Target.HOUSEHOLD else "")
        + "。",
        "{title}: {keeper} keeps contact, {norm} ({ways})"
        + held_en
        + ("; only where the household agrees" if each.to is Target.HOUSEHOLD else "")
        + ".",
        {
            "title": each.title,
            "keeper": each.keeper,
            "norm": norm_words(each.norm).in_language(language),
            "ways": ways,
        },
    )


def _patrol(each: PatrolSpec, language: str) -> Sentence:
    tier = TIER_WORDS[each.tier]
    return Sentence(
        "{title}（" + tier.zh + "）：{norm}。",
        "{title} (" + tier.en + "): {norm}.",
        {"title": each.title, "norm": norm_words(each.norm).in_language(language)},
    )
