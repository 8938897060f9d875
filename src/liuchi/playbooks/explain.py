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
    PublishedCount,
    PublishedEntry,
    PublishedIndicator,
    PublishedParts,
    PublishedValue,
)
from liuchi.playbooks.load import Method


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


def _figure(figure: str, entry: PublishedEntry) -> Sentence:
    said = {"id": figure}
    match entry:
        case PublishedIndicator():
            when = entry.as_of or entry.month or "—"
            said |= {"code": entry.indicator, "area": entry.area or "—", "when": str(when)}
            return Sentence(
                "{id}：按指标{code}计算，地点{area}，时间{when}。",
                "{id}: computed by {code}, place {area}, time {when}.",
                dict(said),
            )
        case PublishedCount():
            said |= {"what": entry.count_of, "each": entry.distinct or ""}
            if entry.distinct is not None:
                return Sentence(
                    "{id}：{what}中不同{each}的个数。",
                    "{id}: how many different {each} there are in {what}.",
                    dict(said),
                )
            return Sentence("{id}：{what}的项数。", "{id}: the number of {what}.", dict(said))
        case PublishedParts():
            said |= {"zh": "、".join(entry.parts), "en": ", ".join(entry.parts)}
            return Sentence(
                "{id}：{zh}，共几部分。", "{id}: how many of {en} there are.", dict(said)
            )
        case PublishedValue():
            said |= {"what": entry.value_of}
            return Sentence("{id}：取{what}的值。", "{id}: the value of {what}.", dict(said))
        case NotComputed():
            said |= {"zh": entry.not_computed.zh, "en": entry.not_computed.en}
            return Sentence("{id}：不计算。{zh}", "{id}: not computed. {en}", dict(said))


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
