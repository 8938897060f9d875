"""The method in plain words, from what was loaded: what people read and approve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.core import (
    LEGAL_BASIS_TITLES,
    PERSONAL_FIELDS,
    Core,
    NotComputed,
    PublishedAcross,
    PublishedCount,
    PublishedEntry,
    PublishedIndicator,
    PublishedParts,
    PublishedValue,
)
from liuchi.playbooks.load import Method
from liuchi.playbooks.votes import BODY_TITLES, Of, VoteSpec


def explain(playbook: Method, language: str) -> str:
    """Return the method as plain text in ``zh-hans`` or ``en``, a heading per section.

    Takes a playbook from a folder, or a version as it was applied (``stored``).
    """
    blocks = ["\n".join(line.in_language(language) for line in _head(playbook.core))]
    for name, section in playbook.sections.items():
        described = registry.sections()[name]
        title = described.title.in_language(language)
        if described.explain is not None:
            lines = described.explain(section, language)
        else:
            lines = [*_outline(section.model_dump(mode="json", by_alias=True))]
        blocks.append("\n".join([f"【{title}】", *(f"· {line}" for line in lines)]))
    figures = [_figure(k, e).in_language(language) for k, e in playbook.core.published.root.items()]
    if figures:
        title = Sentence("公开过的数字", "Published figures").in_language(language)
        blocks.append("\n".join([f"【{title}】", *(f"· {line}" for line in figures)]))
    return "\n\n".join(blocks) + "\n"


def _head(core: Core) -> Iterator[Sentence]:
    places = {"zh": "、".join(core.places), "en": ", ".join(core.places)}
    yield Sentence(
        "{title}（{code}）", "{title} ({code})", {"title": core.title, "code": core.playbook}
    )
    yield Sentence("适用地点：{zh}。", "Places: {en}.", dict(places))
    yield Sentence(
        "自{since}起施行，经{who}通过。",
        "In force from {since}, approved by {who}.",
        {"since": core.in_force.since.isoformat(), "who": core.in_force.approved_by},
    )
    if core.in_force.vote is not None:
        yield from _vote(core.in_force.vote)
    for name, purpose in core.purposes.items():
        basis = LEGAL_BASIS_TITLES[purpose.legal_basis] if purpose.legal_basis else None
        titles = [PERSONAL_FIELDS[field] for field in purpose.fields]
        yield Sentence(
            "个人信息：为“{title}”使用{fields}；依据：{basis}；保存{retain}。",
            "Personal data: {fields_en} for “{title}”; basis: {basis_en}; kept for {retain_en}.",
            {
                "title": purpose.title or name,
                "fields": "、".join(title.zh for title in titles),
                "fields_en": ", ".join(title.en for title in titles),
                "basis": basis.zh if basis else "—",
                "basis_en": basis.en if basis else "—",
                "retain": purpose.retain.sentence.in_language("zh"),
                "retain_en": str(purpose.retain),
            },
        )
    for flow in core.flows:
        yield Sentence(
            "每当发生{when}，就启动{then}。",
            "Whenever {when} happens, {then} begins.",
            {"when": flow.when, "then": flow.then},
        )


def _vote(vote: VoteSpec) -> Iterator[Sentence]:
    yield Sentence(
        "各地点开会表决通过、公示{days}天后才施行。依据：{law}。",
        "In force at a place once a meeting there has carried it and {days} days of notice are "
        "over. Source: {law}.",
        {"days": vote.notice_days, "law": vote.law},
    )
    for each in vote.bodies:
        title, present = BODY_TITLES[each.body], each.majority_of is Of.PRESENT
        yield Sentence(
            "{zh}：应到的{quorum}到会，{of}的{majority}同意。",
            "{en}: {quorum_en} of those entitled come, {majority_en} of {of_en} agree.",
            {
                "zh": title.zh,
                "en": title.en,
                "quorum": each.quorum.sentence.in_language("zh"),
                "quorum_en": each.quorum.sentence.in_language("en"),
                "majority": each.majority.sentence.in_language("zh"),
                "majority_en": each.majority.sentence.in_language("en"),
                "of": "到会人员" if present else "应到人员",
                "of_en": "those present" if present else "those entitled",
            },
        )


def _figure(figure: str, entry: PublishedEntry) -> Sentence:
    zh, en, said = _tie(entry)
    return Sentence("{id}：" + zh, "{id}: " + en, {"id": figure, **said})


def _tie(entry: PublishedEntry) -> tuple[str, str, dict[str, str | int]]:
    """Return how a published figure is computed, in Chinese and English, and its values."""
    said: dict[str, str | int] = {}
    zh, en = "取{what}的值。", "the value of {what}."
    match entry:
        case PublishedIndicator():
            when = entry.as_of or entry.month or "—"
            area = "、".join(entry.each_of) or entry.area or "—"
            said = {"code": entry.indicator, "area": area, "when": str(when)}
            zh = "按指标{code}计算，地点{area}，时间{when}。"
            en = "computed by {code}, place {area}, time {when}."
            if entry.each_of:
                zh, en = f"{zh}每处都要相同。", f"{en} The same in each."
        case PublishedCount(distinct=None):
            said = {"what": entry.count_of}
            zh, en = "{what}的项数。", "the number of {what}."
        case PublishedCount():
            said = {"what": entry.count_of, "each": entry.distinct or ""}
            zh, en = "{what}中不同{each}的个数。", "how many different {each} there are in {what}."
        case PublishedAcross():
            said = {"what": entry.across, "area": entry.area}
            zh = "在{area}施行的各工作法中，不同{what}的个数。"
            en = "how many different {what} the methods in force at {area} have."
        case PublishedParts():
            said = {"zh": "、".join(entry.parts), "en": ", ".join(entry.parts)}
            zh, en = "{zh}，共几部分。", "how many of {en} there are."
        case PublishedValue():
            said = {"what": entry.value_of}
        case NotComputed():
            said = {"zh": entry.not_computed.zh, "en": entry.not_computed.en}
            zh, en = "不计算。{zh}", "not computed. {en}"
    return zh, en, said


def _outline(section: object, depth: int = 0) -> Iterator[str]:
    """Yield an indented outline of a section whose engine brings no words of its own."""
    indent = "  " * depth
    pairs: list[tuple[str, object]] = []
    if isinstance(section, Mapping):
        pairs = [(str(key), value) for key, value in section.items()]
    elif isinstance(section, list):
        pairs = [(_label(n, item), item) for n, item in enumerate(section, 1)]
    for key, value in pairs:
        if value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping | list | BaseModel):
            yield f"{indent}{key}"
            yield from _outline(value, depth + 1)
        else:
            yield f"{indent}{key}：{value}"


def _label(n: int, item: object) -> str:
    if isinstance(item, Mapping):
        return str(item.get("title", item.get("code", n)))
    return str(n)
