"""What no section of links or patrols may ask for, and what its shape alone can't say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from liuchi.engines.visits.enums import Target
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.lints import BURDEN_RULES, FINGERTIP_RULES
from liuchi.playbooks.registry import Check, Context, Finding, Lint, repeated_codes

_PEOPLE = frozenset({"person", "people", "resident", "member", "elder", "child", "patient"})
_TRACKING = frozenset(
    {"location", "gps", "track", "tracks", "route", "check_in", "selfie", "photo_required"}
    | {"min_minutes", "min_metres", "least_minutes", "least_metres", "mileage", "online_time"}
)
_WRITTEN_DOWN = frozenset({"fields", "form", "questions", "records", "diary", "mood", "opinion"})
_RANKED = frozenset({"rank", "ranking", "score", "points", "order", "top", "penalty"})
_BLOCKING = frozenset({"block", "blocks", "required", "enforce", "must"})


def _keys(section: str, wanted: frozenset[str], zh: str, en: str) -> Check:
    def check(context: Context) -> Iterable[Finding]:
        for path, row in context.rows(section):
            norm = row.get("norm")
            below = norm if isinstance(norm, Mapping) else {}
            for at in chain(((*path, key) for key in row), ((*path, "norm", key) for key in below)):
                if str(at[-1]) in wanted:
                    yield Finding(at, Sentence(zh, en, {"key": str(at[-1])}))

    return check


def _with_a_person(context: Context) -> Iterable[Finding]:
    for path, row in context.rows("links"):
        if str(row.get("to")) in _PEOPLE:
            yield Finding(
                (*path, "to"),
                Sentence(
                    "联系按户结对、要住户同意，不按个人。请写 to: household 和 purpose。",
                    "A link is with a household that agreed to it, never with one person. "
                    "Write to: household and a purpose.",
                ),
            )


def _without_consent(context: Context) -> Iterable[Finding]:
    purposes = context.raw.get("purposes")
    held = purposes if isinstance(purposes, Mapping) else {}
    for path, row in context.rows("links"):
        if str(row.get("to", Target.HOUSEHOLD)) != Target.HOUSEHOLD:
            continue
        purpose = held.get(str(row.get("purpose", "")))
        agreed = isinstance(purpose, Mapping) and purpose.get("legal_basis") == "consent"
        if not agreed:
            yield Finding(
                (*path, "purpose") if "purpose" in row else path,
                Sentence(
                    "和住户结对要有同意：purpose 请写 purposes 里依据是 consent 的一项。",
                    "A household agrees before it is linked: name one under purposes whose "
                    "legal_basis is consent.",
                ),
            )


def _repeated_links(context: Context) -> Iterable[Finding]:
    return repeated_codes(context, "links")


def _repeated_patrols(context: Context) -> Iterable[Finding]:
    return repeated_codes(context, "patrols")


def _finds_known_types(context: Context) -> Iterable[Finding]:
    cases = context.raw.get("cases")
    held = cases.get("types") if isinstance(cases, Mapping) else None
    rows = held if isinstance(held, list | tuple) else ()
    known = {str(row.get("code")) for row in rows if isinstance(row, Mapping)}
    for path, row in context.rows("patrols"):
        finds = row.get("finds")
        for place, code in enumerate(finds if isinstance(finds, list | tuple) else ()):
            if str(code) not in known:
                yield Finding(
                    (*path, "finds", place),
                    Sentence(
                        "事项里没有编码为「{code}」的类别。",
                        "There is no type “{code}” under cases.",
                        {"code": str(code)},
                    ),
                )


def _lint(
    code: str, zh: str, en: str, source: str, check: Callable[[Context], Iterable[Finding]]
) -> Lint:
    return Lint(code, Sentence(zh, en), source, check)


def _burden(section: str) -> tuple[Lint, ...]:
    return (
        _lint(
            f"{section}-tracked",
            "不定位打卡、不留轨迹、不计时长里程",
            "No check-in, no track, no minutes or metres",
            f"{BURDEN_RULES}；{FINGERTIP_RULES}",
            _keys(
                section,
                _TRACKING,
                "不得要求定位、轨迹、打卡或最短时长里程（{key}）。次数写在 norm 里，只作提醒。",
                "Location, tracks, check-ins or least minutes and metres ({key}) are not asked. "
                "How often stands under norm, and only reminds.",
            ),
        ),
        _lint(
            f"{section}-ranked",
            "不给联系人和巡查人排名打分",
            "Keepers are not ranked or scored",
            BURDEN_RULES,
            _keys(
                section,
                _RANKED,
                "不得给联系人、巡查人打分排名（{key}）。请按地区汇总。",
                "Keepers are not scored or ranked ({key}). Count by area.",
            ),
        ),
        _lint(
            f"{section}-blocking",
            "次数只提醒，不拦",
            "A norm reminds and never blocks",
            BURDEN_RULES,
            _keys(
                section,
                _BLOCKING,
                "次数不够只提醒，不能拦下登记（{key}）。请删去。",
                "What is missing is said and stops no record ({key}). Drop it.",
            ),
        ),
    )


LINK_LINTS = (
    _lint(
        "link-with-person",
        "按户结对，不按个人",
        "Links are with households",
        "《个人信息保护法》第6条",
        _with_a_person,
    ),
    _lint(
        "link-without-consent",
        "和住户结对要本人同意",
        "A household agrees before it is linked",
        "《个人信息保护法》第13条",
        _without_consent,
    ),
    _lint(
        "link-written-down",
        "走访只记住户同意反映的事",
        "A visit records only what the household agrees to raise",
        "《个人信息保护法》第6条",
        _keys(
            "links",
            _WRITTEN_DOWN,
            "走访不另设填写内容（{key}）。住户同意反映的事按事项上报。",
            "A visit asks for nothing to be written ({key}). What a household agrees to raise "
            "is reported as a matter.",
        ),
    ),
    *_burden("links"),
)
PATROL_LINTS = _burden("patrols")
LINK_CHECKS = (_repeated_links,)
PATROL_CHECKS = (_repeated_patrols, _finds_known_types)
