"""What no list of items may do, with the source of each rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liuchi.engines.disclosures.enums import ColumnKind, Frequency, Guards, Matter, Sensitivity
from liuchi.engines.disclosures.spec.shapes import FIGURE_FIELDS, FIGURES
from liuchi.kernel.durations import Period
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.lints import BURDEN_RULES
from liuchi.playbooks.registry import Check, Context, Finding, Lint, Path, repeated_codes
from liuchi.playbooks.row_sources import row_sources

ORGANIC_LAW = "《村民委员会组织法》第30条、第31条"
KEY_POINTS = "《2018年政务公开工作要点》；《个人信息保护法》第25条"
MINORS = "《未成年人保护法》第4条；《个人信息保护法》第28条"

_NUMBERS = frozenset(
    str(kind)
    for kind in (ColumnKind.ID_NUMBER, ColumnKind.PHONE, ColumnKind.CARD, ColumnKind.ADDRESS)
)
# A heading says what stands in a column, whatever kind it was given.
_HEADINGS = {
    "身份证": ColumnKind.ID_NUMBER,
    "证件号": ColumnKind.ID_NUMBER,
    "电话": ColumnKind.PHONE,
    "手机": ColumnKind.PHONE,
    "联系方式": ColumnKind.PHONE,
    "银行卡": ColumnKind.CARD,
    "卡号": ColumnKind.CARD,
    "账号": ColumnKind.CARD,
    "一卡通号": ColumnKind.CARD,
    "住址": ColumnKind.ADDRESS,
    "家庭地址": ColumnKind.ADDRESS,
    "门牌": ColumnKind.ADDRESS,
}
_ILLNESS = ("病种", "病情", "诊断", "残疾类别", "残疾等级", "残疾证", "健康状况", "疾病")
_OFTENER = {
    Matter.GENERAL: frozenset({Frequency.QUARTERLY, Frequency.MONTHLY, Frequency.AT_ONCE}),
    Matter.FINANCE: frozenset({Frequency.MONTHLY, Frequency.AT_ONCE}),
    Matter.MAJOR: frozenset({Frequency.AT_ONCE}),
}
_UP_MONTHS_MAX = 120
_RANKED = frozenset({"rank", "ranking", "score", "top", "points", "league"})


def _columns(context: Context) -> Iterator[tuple[Path, Mapping[str, object], Mapping[str, object]]]:
    """Yield each column as written, with its path and its item."""
    for path, item in context.rows("disclosures", "items"):
        held = item.get("columns")
        for place, column in enumerate(held if isinstance(held, list | tuple) else ()):
            if isinstance(column, Mapping):
                yield (*path, "columns", place), item, column


def _numbers_shown(context: Context) -> Iterable[Finding]:
    for path, _, column in _columns(context):
        title, kind = str(column.get("title", "")), str(column.get("kind", ColumnKind.TEXT))
        if kind in _NUMBERS and column.get("sensitivity") == Sensitivity.SHOWN:
            yield Finding(
                (*path, "sensitivity"),
                Sentence(
                    "「{title}」不能原样公开。请写 omitted，或 masked（只留最后几位）。",
                    "{title} is never published whole. Write omitted, or masked for its last "
                    "characters.",
                    {"title": title},
                ),
            )
        meant = next((m for word, m in _HEADINGS.items() if word in title), None)
        if meant is not None and kind not in _NUMBERS:
            yield Finding(
                (*path, "kind") if "kind" in column else path,
                Sentence(
                    "「{title}」的 kind 请写 {kind}，才会隐去。",
                    "Give {title} the kind {kind}: only so it is left out.",
                    {"title": title, "kind": str(meant)},
                ),
            )


def _names_of_guarded(context: Context) -> Iterable[Finding]:
    guards = {str(each) for each in Guards}
    for path, item, column in _columns(context):
        if str(item.get("guards")) not in guards:
            continue
        if column.get("kind") == ColumnKind.NAME and column.get("sensitivity") == Sensitivity.SHOWN:
            yield Finding(
                (*path, "sensitivity"),
                Sentence(
                    "「{item}」涉及未成年人或病残，姓名只能隐去部分或不公开。",
                    "{item} is about minors, illness or disability: names are masked or left out.",
                    {"item": str(item.get("title", ""))},
                ),
            )


def _names_without_ground(context: Context) -> Iterable[Finding]:
    for path, item, column in _columns(context):
        named = str(item.get("names_by", "")).strip()
        shown = column.get("sensitivity") == Sensitivity.SHOWN
        if column.get("kind") == ColumnKind.NAME and shown and not named:
            yield Finding(
                (*path, "sensitivity"),
                Sentence(
                    "公开全名要有依据：请在 names_by 写明哪一条要求公布名单，或改为 masked。",
                    "Full names need a ground: say under names_by which rule wants recipients "
                    "named, or write masked.",
                ),
            )


def _illness_shown(context: Context) -> Iterable[Finding]:
    for path, _, column in _columns(context):
        title = str(column.get("title", ""))
        word = next((each for each in _ILLNESS if each in title), None)
        if word is not None and column.get("sensitivity") != Sensitivity.OMITTED:
            yield Finding(
                path,
                Sentence(
                    "「{title}」是健康信息，不公开。请写 omitted 或删去这一列。",
                    "{title} tells of somebody's health. Write omitted, or drop the column.",
                    {"title": title},
                ),
            )


def _never_down(context: Context) -> Iterable[Finding]:
    for path, item in context.rows("disclosures", "items"):
        given = item.get("takes_down_after")
        if not given or _is_for_ever(str(given)):
            yield Finding(
                (*path, "takes_down_after") if given else path,
                Sentence(
                    "「{item}」要写公开多久后撤下（takes_down_after），如 2 years，最多 10 years。",
                    "{item} is hardly ever taken down. Write takes_down_after, e.g. 2 years, and "
                    "10 years at most.",
                    {"item": str(item.get("title", item.get("code", "")))},
                ),
            )


def _is_for_ever(text: str) -> bool:
    try:
        return Period.parse(text).months > _UP_MONTHS_MAX
    except ValueError:  # the shape says what is wrong with it
        return False


def _too_seldom(context: Context) -> Iterable[Finding]:
    for path, item in context.rows("disclosures", "items"):
        matter = _matter(item)
        given = str(item.get("frequency", Frequency.QUARTERLY))
        sparse = matter is Matter.FINANCE and str(item.get("sparse", "")).strip()
        allowed = _OFTENER[Matter.GENERAL if sparse else matter]
        if given not in {str(each) for each in allowed}:
            yield Finding(
                (*path, "frequency") if "frequency" in item else path,
                Sentence(
                    "「{item}」公开得太少：一般事项至少每季度，财务往来多的每月，重大事项随时。",
                    "{item} is posted too seldom: general matters at least quarterly, finance "
                    "monthly where money moves often, major matters at once.",
                    {"item": str(item.get("title", item.get("code", "")))},
                ),
            )


def _matter(item: Mapping[str, object]) -> Matter:
    try:
        return Matter(str(item.get("matter", Matter.GENERAL)))
    except ValueError:
        return Matter.GENERAL


def _ranked(context: Context) -> Iterable[Finding]:
    held = context.raw.get("disclosures")
    sections: list[tuple[Path, Mapping[str, object]]] = []
    if isinstance(held, Mapping):
        sections = [(("disclosures",), held), *context.rows("disclosures", "items")]
        checks = held.get("spot_checks")
        if isinstance(checks, Mapping):
            sections.append((("disclosures", "spot_checks"), checks))
    for path, node in sections:
        for key in sorted(_RANKED & set(node)):
            yield Finding(
                (*path, key),
                Sentence(
                    "村和工作人员不按公示情况打分排名（{key}）。到期没到期在表上看得见。",
                    "Neither villages nor staff are scored or ranked by what they post ({key}). "
                    "What is due shows on the table.",
                    {"key": key},
                ),
            )


def _lint(code: str, zh: str, en: str, source: str, check: Check) -> Lint:
    return Lint(code, Sentence(zh, en), source, check)


LINTS = (
    _lint(
        "disclosure-number-shown",
        "证件号、电话、卡号、住址不原样公开",
        "Numbers and addresses are never published whole",
        KEY_POINTS,
        _numbers_shown,
    ),
    _lint(
        "disclosure-guarded-names",
        "涉及未成年人、病残的不公开全名",
        "No full names of minors, the ill or the disabled",
        MINORS,
        _names_of_guarded,
    ),
    _lint(
        "disclosure-names-without-ground",
        "公开全名要写明依据",
        "Full names need a rule that asks for them",
        "《个人信息保护法》第25条",
        _names_without_ground,
    ),
    _lint(
        "disclosure-illness",
        "不公开病情和残疾情况",
        "Illness and disability are not published",
        "《个人信息保护法》第28条",
        _illness_shown,
    ),
    _lint(
        "disclosure-never-down",
        "公开有期限，到期撤下",
        "What is published is taken down in time",
        "《个人信息保护法》第19条",
        _never_down,
    ),
    _lint(
        "disclosure-too-seldom",
        "公开次数不少于法定",
        "Posted as often as the law asks",
        ORGANIC_LAW,
        _too_seldom,
    ),
    _lint(
        "disclosure-ranked",
        "不按公示情况打分排名",
        "Nobody is ranked by what is posted",
        BURDEN_RULES,
        _ranked,
    ),
)


def _repeated_items(context: Context) -> Iterable[Finding]:
    return repeated_codes(context, "disclosures", "items")


def _known_groups(context: Context) -> Iterable[Finding]:
    known = {str(row.get("code")) for _, row in context.rows("disclosures", "groups")}
    for path, item in context.rows("disclosures", "items"):
        group = str(item.get("group", ""))
        if group and group not in known:
            yield Finding(
                (*path, "group"),
                Sentence(
                    "groups 里没有「{group}」。",
                    "There is no “{group}” under groups.",
                    {"group": group},
                ),
            )


def _known_elsewhere(context: Context) -> Iterable[Finding]:
    """Types of cases the section names are of the same playbook."""
    held = context.raw.get("disclosures")
    types = {str(row.get("code")) for _, row in context.rows("cases", "types")}
    if not isinstance(held, Mapping):
        return
    for key in ("ask_type", "complain_type"):
        named = held.get(key)
        if named and str(named) not in types:
            yield _unknown(("disclosures", key), str(named))


def _filled_from_there(context: Context) -> Iterable[Finding]:
    """What an item is filled from is there, and so are the fields and columns it names."""
    figures = {str(row.get("code")) for _, row in context.rows("indicators")}
    for path, item in context.rows("disclosures", "items"):
        given = item.get("from")
        if not isinstance(given, Mapping):
            continue
        source = str(given.get("source", FIGURES))
        known = row_sources().get(source)
        fields = set(FIGURE_FIELDS) if source == FIGURES else set(known.fields if known else ())
        if source != FIGURES and known is None:
            yield _unknown((*path, "from", "source"), source)
        for place, code in enumerate(_list(given.get("figures"))):
            if str(code) not in figures:
                yield _unknown((*path, "from", "figures", place), str(code))
        columns = given.get("columns")
        codes = {str(c.get("code")) for c in _list(item.get("columns")) if isinstance(c, Mapping)}
        for column, field in columns.items() if isinstance(columns, Mapping) else ():
            if str(column) not in codes:
                yield _unknown((*path, "from", "columns", str(column)), str(column))
            if fields and str(field) not in fields:
                yield _unknown((*path, "from", "columns", str(column)), str(field))
        if source == FIGURES and item.get("frequency") == Frequency.AT_ONCE:
            yield Finding(
                (*path, "from"),
                Sentence(
                    "指标按月统计，随时公开的事项不能从指标取。",
                    "Figures are of months: what is posted as it happens is not filled from them.",
                ),
            )


def _official_columns(context: Context) -> Iterable[Finding]:
    """A template of an item fills from columns the item has."""
    for path, item in context.rows("disclosures", "items"):
        given = item.get("official")
        codes = {str(c.get("code")) for c in _list(item.get("columns")) if isinstance(c, Mapping)}
        columns = _list(given.get("columns")) if isinstance(given, Mapping) else ()
        for place, column in enumerate(columns):
            named = column.get("of") if isinstance(column, Mapping) else None
            if named and str(named) not in codes:
                yield _unknown((*path, "official", "columns", place, "of"), str(named))


def _list(given: object) -> Iterable[object]:
    return given if isinstance(given, list | tuple) else ()


def _unknown(path: Path, name: str) -> Finding:
    return Finding(
        path,
        Sentence("这个工作法里没有「{name}」。", "This playbook has no “{name}”.", {"name": name}),
    )


CHECKS = (_repeated_items, _known_groups, _known_elsewhere, _filled_from_there, _official_columns)
