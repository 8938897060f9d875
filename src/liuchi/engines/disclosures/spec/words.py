"""The section in plain words: what people approve is what runs."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from liuchi.engines.disclosures.enums import (
    ColumnKind,
    Fault,
    FaultStanding,
    Frequency,
    Origin,
    PostingState,
    Sensitivity,
    Standing,
)
from liuchi.engines.disclosures.spec.shapes import CommitteeSpec, DisclosuresSpec, ItemSpec
from liuchi.kernel.periods import PER_WORDS
from liuchi.kernel.sentences import Sentence

FREQUENCY_WORDS = {
    Frequency.MONTHLY: Sentence("每月", "every month"),
    Frequency.QUARTERLY: Sentence("每季度", "every quarter"),
    Frequency.AT_ONCE: Sentence("随时", "as it happens"),
}
ORIGIN_WORDS = {
    Origin.BASE: Sentence("基本事项", "of the base list"),
    Origin.ADDED: Sentence("新增事项", "added here"),
}
KIND_WORDS = {
    ColumnKind.TEXT: Sentence("文字", "text"),
    ColumnKind.NAME: Sentence("姓名", "name"),
    ColumnKind.AMOUNT: Sentence("金额", "amount"),
    ColumnKind.COUNT: Sentence("数量", "count"),
    ColumnKind.DATE: Sentence("日期", "day"),
    ColumnKind.PERIOD: Sentence("时段", "period"),
    ColumnKind.GROUP: Sentence("村民组", "group"),
    ColumnKind.ID_NUMBER: Sentence("身份证号", "identity number"),
    ColumnKind.PHONE: Sentence("电话", "telephone"),
    ColumnKind.CARD: Sentence("银行卡号", "bank card"),
    ColumnKind.ADDRESS: Sentence("住址", "address"),
}
SENSITIVITY_WORDS = {
    Sensitivity.SHOWN: Sentence("公开", "shown"),
    Sensitivity.MASKED: Sentence("隐去部分", "masked"),
    Sensitivity.OMITTED: Sentence("不公开", "left out"),
}
STATE_WORDS = {
    PostingState.DRAFT: Sentence("草稿", "draft"),
    PostingState.SUBMITTED: Sentence("待发布", "waits for release"),
    PostingState.SENT_BACK: Sentence("退回修改", "sent back"),
    PostingState.RELEASED: Sentence("已发布", "released"),
    PostingState.CORRECTED: Sentence("已更正", "corrected since"),
    PostingState.TAKEN_DOWN: Sentence("已撤下", "taken down"),
    PostingState.DISCARDED: Sentence("已作废", "discarded"),
}
STANDING_WORDS = {
    Standing.IN_TIME: Sentence("按时", "in time"),
    Standing.LATE: Sentence("迟公开", "late"),
    Standing.DUE: Sentence("待公开", "due"),
    Standing.MISSING: Sentence("未公开", "missing"),
    Standing.THIN: Sentence("明显偏少", "thin"),
    Standing.MALFORMED: Sentence("内容不全", "incomplete"),
}
FAULT_WORDS = {
    Fault.OMITTED: Sentence("漏录", "omitted"),
    Fault.UNDER_REPORTED: Sentence("少录", "under-reported"),
    Fault.WRONG_FORM: Sentence("格式有误", "wrong form"),
    Fault.WRONG_CONTENT: Sentence("内容有误", "wrong content"),
}

FAULT_STANDING_WORDS = {
    FaultStanding.TO_CHECK: Sentence("待检查", "to be checked"),
    FaultStanding.FOUND_NOTHING: Sentence("没有问题", "nothing found"),
    FaultStanding.TO_MEND: Sentence("待整改", "to be put right"),
    FaultStanding.OVERDUE: Sentence("整改超期", "overdue"),
    FaultStanding.MENDED: Sentence("待销号", "to be struck off"),
    FaultStanding.STRUCK_OFF: Sentence("已销号", "struck off"),
}


def explain(section: BaseModel, language: str) -> Sequence[str]:
    """Return the section in Chinese or English, a line for each item."""
    spec = DisclosuresSpec.model_validate(section)
    lines = [_item(each, language) for each in spec.items]
    if spec.model_villages is not None:
        lines.append(
            Sentence(
                "样板村：{towns}各定 {many} 个，先做出来给别的村（社区）看；由镇街定，不排名。",
                "Model villages: {many} in each of {towns}, named by the town, for others to come "
                "and see how they post; nobody is ranked by it.",
                {
                    "towns": "、".join(spec.model_villages.towns),
                    "many": spec.model_villages.per_town,
                },
            ).in_language(language)
        )
    if spec.spot_checks is not None:
        lines.append(
            Sentence(
                "抽查：按已发布的公示抽 {percent}%，种子事先公布，谁都能重算。",
                "Spot checks: {percent} % of what was released, by a seed told beforehand.",
                {"percent": spec.spot_checks.percent},
            ).in_language(language)
        )
    if spec.committee is not None:
        lines.append(_committee(spec.committee, language))
    lines += [
        f"{each.title}：{' → '.join(part.title for part in each.parts)}" for each in spec.decisions
    ]
    lines.append(
        Sentence(
            "发布要换一个人；证件号、电话、卡号、住址不公开；到期撤下。",
            "Another person releases; numbers of papers, telephones and cards and addresses stay "
            "out; what has been up long enough is taken down.",
        ).in_language(language)
    )
    return lines


def _item(each: ItemSpec, language: str) -> str:
    when = FREQUENCY_WORDS[each.frequency]
    return Sentence(
        "{title}（{origin}）："
        + when.zh
        + "公开，{responsible}负责，{supervising}监督；{columns}。",
        "{title} ({origin}): posted " + when.en + " by {responsible}, watched by {supervising}; "
        "{columns}.",
        {
            "title": each.title,
            "origin": ORIGIN_WORDS[each.origin].in_language(language),
            "responsible": each.responsible,
            "supervising": "、".join(each.supervising),
            "columns": "、".join(
                f"{c.title}（{SENSITIVITY_WORDS[each.shown_as(c)].in_language(language)}）"
                for c in each.columns
            ),
        },
    ).in_language(language)


def _committee(each: CommitteeSpec, language: str) -> str:
    per = PER_WORDS[each.meets.per]
    return Sentence(
        "{title}：选举产生 {members} 人，任期{term}；" + per.zh + " {times} 次会，由{by}召集。",
        "{title}: {members} elected for {term}; {times} meeting(s) " + per.en + ", called by {by}.",
        {
            "title": each.title,
            "members": each.members,
            "term": each.term.sentence.in_language(language),
            "times": each.meets.times,
            "by": each.convened_by,
        },
    ).in_language(language)
