"""Rights and burden: what no playbook may ask for, whatever engine runs it.

Lints of one section (no negative points, no petitions in scoring) stand with the
engine that owns it; here stand those about personal information, ranking, check-in,
forms, and what grades and survey data may not reach. They read the tree as written, so
that they also speak about sections whose engine is not installed, and about playbooks
that are not valid yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.core import PERSONAL_FIELDS
from liuchi.playbooks.registry import Context, Finding, Lint, Path

BURDEN_RULES = "《整治形式主义为基层减负若干规定》（2024）"
FINGERTIP_RULES = "《关于防治“指尖上的形式主义”的若干意见》（2023）"
CREDIT_NOTICE = "国办发〔2020〕49号《关于进一步完善失信约束制度构建诚信建设长效机制的指导意见》"

_RANKED = frozenset({"person", "household", "actor", "staff", "resident", "recorder", "reviewer"})
_RANKING_KEYS = frozenset({"rank", "ranking", "top", "leaderboard", "order", "order_by"})
_RANKING_WORDS = re.compile(
    r"(居民|村民|个人|党员|干部|网格员|工作人员|户).{0,6}(排名|排行|积分榜)|红黑榜|末位"
    r"|(resident|staff|people|person).{0,12}rank|leaderboard",
    re.IGNORECASE,
)
_FORCED = frozenset({"selfie", "location", "gps", "screenshot", "face", "online_time"})
_EVIDENCE_KEYS = ("evidence", "check_in", "required", "proof")
_HELD_BY_DIRECTORY = frozenset(PERSONAL_FIELDS) - {
    "photo",
    "location",
    "bank_card",
    "health",
    "income",
}
_PUBLISHING = ("disclosures", "notices", "publication", "publicity_list", "publish")
_MASK_KEYS = ("mask", "masked")
_SHOWN_WHOLE = frozenset({"full", "real", "plain", "unmasked", "open"})
_GRADE_FIELDS = frozenset(
    {"grade", "official_grade", "credit_grade", "earned_points", "points_balance", "credit_score"}
)
_MAY_SPEAK_OF_GRADES = frozenset({"points", "indicators", "published", "purposes", "sources"})
_SCORING = ("points.", "cases.", "appraisals.")


def _ranking(context: Context) -> Iterable[Finding]:
    owner = registry.sections().get("indicators")
    # The engine that owns indicators knows what a dimension is, and brings that part itself.
    knows_dimensions = owner is not None and bool(owner.lints)
    for n, indicator in _mappings(context.raw.get("indicators")):
        path: Path = ("indicators", n)
        by = () if knows_dimensions else indicator.get("by")
        for place, name in enumerate(by if isinstance(by, list | tuple) else [by]):
            if str(name) in _RANKED:
                at = (*path, "by", place) if isinstance(by, list) else (*path, "by")
                yield Finding(at, _RANKING_SENTENCE)
        for key in sorted(_RANKING_KEYS & set(indicator)):
            yield Finding((*path, key), _RANKING_SENTENCE)
        if _RANKING_WORDS.search(str(indicator.get("title", ""))):
            yield Finding((*path, "title"), _RANKING_SENTENCE)
    for path, _ in _walk(context.raw):
        if path[-1] in ("ranking", "leaderboard") and path[0] not in ("indicators", "points"):
            yield Finding(path, _RANKING_SENTENCE)


_RANKING_SENTENCE = Sentence(
    "不得对居民或工作人员个人排名。请改为按地区或按月汇总。",
    "Residents and individual staff are never ranked. Break it down by area or month instead.",
)


def _without_legal_basis(context: Context) -> Iterable[Finding]:
    purposes = context.raw.get("purposes")
    for name, purpose in purposes.items() if isinstance(purposes, Mapping) else ():
        if isinstance(purpose, Mapping) and not purpose.get("legal_basis"):
            yield Finding(
                ("purposes", str(name)),
                Sentence(
                    "目的“{name}”没有写合法性依据。请写 legal_basis，例如 consent（个人同意）。",
                    "The purpose '{name}' states no legal basis. Add legal_basis, e.g. consent.",
                    {"name": str(name)},
                ),
            )


def _without_purpose(context: Context) -> Iterable[Finding]:
    covered = _covered_fields(context)
    told: set[str] = set()
    for path, name in chain(_currency_fields(context), _listed_fields(context)):
        if name in PERSONAL_FIELDS and name not in covered and name not in told:
            told.add(name)
            yield Finding(
                path,
                Sentence(
                    "这里用到{title}（{name}），但 purposes 中没有一个目的包含它。"
                    "请写明用途和依据，或不使用它。",
                    "This uses {en} ({name}), which no purpose under purposes covers. "
                    "State why and on what basis, or leave it out.",
                    {
                        "title": PERSONAL_FIELDS[name].zh,
                        "en": PERSONAL_FIELDS[name].en,
                        "name": name,
                    },
                ),
            )


def _covered_fields(context: Context) -> set[str]:
    purposes = context.raw.get("purposes")
    held = purposes.values() if isinstance(purposes, Mapping) else ()
    lists = (p.get("fields") for p in held if isinstance(p, Mapping))
    return {str(name) for fields in lists if isinstance(fields, list) for name in fields}


def _currency_fields(context: Context) -> Iterator[tuple[Path, str]]:
    """Points kept for a person show the name; points shown per household, the household."""
    points = context.raw.get("points")
    currency = points.get("currency") if isinstance(points, Mapping) else None
    if isinstance(currency, Mapping):
        yield ("points", "currency"), "name"
        if "household" in (currency.get("shown_per"), currency.get("held_by")):
            yield ("points", "currency"), "household"


def _listed_fields(context: Context) -> Iterator[tuple[Path, str]]:
    """Fields named in ``fields:`` lists anywhere but under purposes: forms, disclosures."""
    for path, node in _walk(context.raw):
        if path[-1] == "fields" and path[0] != "purposes" and isinstance(node, list):
            for n, item in enumerate(node):
                yield (*path, n), _field_name(item)


def _field_name(item: object) -> str:
    if isinstance(item, Mapping):
        return str(item.get("field", item.get("code", "")))
    return str(item)


def _forced_check_in(context: Context) -> Iterable[Finding]:
    for path, node in _walk(context.raw):
        if path[-1] not in _EVIDENCE_KEYS:
            continue
        for place, kind in enumerate(node if isinstance(node, list) else [node]):
            if str(kind) in _FORCED:
                yield Finding(
                    (*path, place) if isinstance(node, list) else path,
                    Sentence(
                        "不得强制自拍、定位、截图打卡（“{kind}”）。可改用签到表、照片或证明人。",
                        "Selfie, location or screenshot check-in ('{kind}') may not be demanded. "
                        "Use an attendance list, a photo of the work or a witness.",
                        {"kind": str(kind)},
                    ),
                )


def _form_asks_what_is_held(context: Context) -> Iterable[Finding]:
    for path, form in _forms(context):
        fields = form.get("fields")
        for n, item in enumerate(fields if isinstance(fields, list) else []):
            name = _field_name(item)
            prefilled = isinstance(item, Mapping) and item.get("prefill") is True
            if name in _HELD_BY_DIRECTORY and not prefilled:
                yield Finding(
                    (*path, "fields", n),
                    Sentence(
                        "“{title}”已在人口台账中，不得再次填报。"
                        "请删去，或写 prefill: true 由系统带出。",
                        "The directory already holds the {en}: do not ask again. Drop the field, "
                        "or write prefill: true to show what is held.",
                        {"title": PERSONAL_FIELDS[name].zh, "en": PERSONAL_FIELDS[name].en},
                    ),
                )


def _form_without_owner_or_end(context: Context) -> Iterable[Finding]:
    for path, form in _forms(context):
        lacking = [key for key in ("owner", "ends") if not form.get(key)]
        if lacking:
            yield Finding(
                path,
                Sentence(
                    "表格要有负责人（owner）和停用日期（ends）；缺少：{keys}。",
                    "A form needs an owner and an end date ('ends'); missing: {keys}.",
                    {"keys": "、".join(lacking)},
                ),
            )


def _unmasked_publication(context: Context) -> Iterable[Finding]:
    for path, node in _walk(context.raw):
        if not any(part in _PUBLISHING for part in path) or not isinstance(node, Mapping):
            continue
        name = _field_name(node)
        unmasked = any(node.get(key) is False for key in _MASK_KEYS)
        if name in PERSONAL_FIELDS and unmasked:
            yield Finding(
                path,
                Sentence(
                    "公开时{title}必须脱敏或删去。请删去 mask: false。",
                    "Published, the {en} is masked or left out. Remove mask: false.",
                    {"title": PERSONAL_FIELDS[name].zh, "en": PERSONAL_FIELDS[name].en},
                ),
            )


def _names_in_full(context: Context) -> Iterable[Finding]:
    """A published list that says its names stand whole: ``names: full``."""
    for path, node in _walk(context.raw):
        published = any(part in _PUBLISHING for part in path)
        if published and path[-1] in ("name", "names") and str(node) in _SHOWN_WHOLE:
            yield Finding(
                path,
                Sentence(
                    "公开的名单不写全名。请写 masked（隐去部分）或删去这一列。",
                    "A published list shows no full names. Write masked, or drop the column.",
                ),
            )


def _unmasked(context: Context) -> Iterable[Finding]:
    yield from _unmasked_publication(context)
    yield from _names_in_full(context)


def _grade_gates(context: Context) -> Iterable[Finding]:
    """Only the benefits of a points section may ask for a grade; cases and the like never."""
    for path, node in _walk(context.raw):
        if path[-1] in _GRADE_FIELDS and path[0] not in _MAY_SPEAK_OF_GRADES and node is not None:
            yield Finding(
                path,
                Sentence(
                    "「{part}」不得看信用等级或积分：办事对谁都一样。请删去这个条件。",
                    "{part} may not look at grades or points: everybody is served alike. "
                    "Drop this condition.",
                    {"part": str(path[0])},
                ),
            )


def _survey_stays(context: Context) -> Iterable[Finding]:
    for n, flow in _mappings(context.raw.get("flows")):
        if str(flow.get("when", "")).startswith("surveys.") and str(
            flow.get("then", "")
        ).startswith(_SCORING):
            yield Finding(
                ("flows", n, "then"),
                Sentence(
                    "调查得来的情况只用于统计，不得用来记分、立案、考核。请删去这条流程。",
                    "What a survey learns serves statistics alone: it may earn nothing, open no "
                    "case and assess nobody. Drop this flow.",
                ),
            )


def _forms(context: Context) -> Iterator[tuple[Path, Mapping[str, object]]]:
    forms = context.raw.get("forms")
    if isinstance(forms, Mapping):
        for key, form in forms.items():
            if isinstance(form, Mapping):
                yield ("forms", str(key)), form
    for n, form in _mappings(forms):
        yield ("forms", n), form


def _mappings(held: object) -> Iterator[tuple[int, Mapping[str, object]]]:
    for n, item in enumerate(held if isinstance(held, list) else []):
        if isinstance(item, Mapping):
            yield n, item


def _walk(node: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every path below the root with what stands there, in file order."""
    below: Iterable[tuple[str | int, object]] = ()
    if isinstance(node, Mapping):
        below = ((str(key), value) for key, value in node.items())
    elif isinstance(node, list):
        below = enumerate(node)
    for key, value in below:
        yield (*path, key), value
        yield from _walk(value, (*path, key))


def _lint(
    code: str, zh: str, en: str, source: str, check: Callable[[Context], Iterable[Finding]]
) -> Lint:
    return Lint(code, Sentence(zh, en), source, check)


CORE_LINTS = (
    _lint(
        "ranks-people",
        "不给居民和工作人员个人排名",
        "Nobody is ranked",
        f"{BURDEN_RULES}；{FINGERTIP_RULES}",
        _ranking,
    ),
    _lint(
        "no-legal-basis",
        "处理个人信息要有合法性依据",
        "Personal data needs a legal basis",
        "《个人信息保护法》第13条",
        _without_legal_basis,
    ),
    _lint(
        "no-purpose",
        "个人信息只为写明的目的使用",
        "Personal data is used for a stated purpose only",
        "《个人信息保护法》第6条",
        _without_purpose,
    ),
    _lint(
        "forced-check-in",
        "不强制自拍、定位、截图打卡",
        "No forced selfie, location or screenshot check-in",
        f"{BURDEN_RULES}；{FINGERTIP_RULES}",
        _forced_check_in,
    ),
    _lint(
        "asks-what-is-held",
        "已有的信息不再填报",
        "What is held is not asked again",
        BURDEN_RULES,
        _form_asks_what_is_held,
    ),
    _lint(
        "form-without-end",
        "表格有负责人、有停用日期",
        "A form has an owner and an end date",
        BURDEN_RULES,
        _form_without_owner_or_end,
    ),
    _lint(
        "unmasked-publication",
        "公开前脱敏",
        "Masked before publication",
        "《个人信息保护法》第25条；《2018年政务公开工作要点》",
        _unmasked,
    ),
    _lint(
        "grade-gates",
        "办事不看信用等级和积分",
        "No grade or points stand before a service or a case",
        CREDIT_NOTICE,
        _grade_gates,
    ),
    _lint(
        "survey-stays",
        "调查资料只用于统计",
        "Survey data serves statistics alone",
        "《统计法》；住户调查保密要求",
        _survey_stays,
    ),
)
