"""What no points section may ask for: each rule with its source.

Lints read the tree as written, so that they also speak about a section that does
not validate: ``award: -2`` deserves the reason, not only "must be at least 1".
Titles are read whole; of notes only the clauses that do not say no (「与低保无关」).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.lints import BURDEN_RULES, CREDIT_NOTICE, FINGERTIP_RULES
from liuchi.playbooks.registry import Context, Finding, Lint, Path
from liuchi.playbooks.statutory import BY_SERVICE, Due, Statutory, dues_in, is_privilege, is_wares

SCORE_NOTICE = "中央农办、农业农村部《关于在乡村治理中推广运用积分制有关工作的通知》（2020）"

_CRITERIA = (
    ("rules",),
    ("grades",),
    ("schemes",),
    ("benefits",),
    ("campaigns",),
    ("shop", "goods"),
)
_PETITION = re.compile(
    r"信访|上访|缠访|闹访|息访|非访|罢访|越级访|进京访|赴省(集体)?访|集体访|\bpetition",
    re.IGNORECASE,
)
_BLOOD = re.compile(r"[不未没](有|能|愿|曾|肯|参加)?(无偿)?献血|no blood donation", re.IGNORECASE)
_PENALTY = re.compile(
    r"扣\s*\d*\s*分|扣减|倒扣|(?<![增缩])减分(?![类发])|罚分|负分|黑名单|一票否决|降级(处理|为|到)"
    r"|失信(曝光|公布|名单|通报)|deduct|penalt|blacklist|veto|downgrad",
    re.IGNORECASE,
)
_PENALTY_KEYS = frozenset(
    {"deduct", "deduction", "penalty", "minus", "fine", "veto", "downgrade", "blacklist", "forfeit"}
)
_RANKED = re.compile(
    r"排名|排行|排位|积分榜|红黑榜|龙虎榜|末位|前\s*[0-9一二三四五六七八九十百]+\s*名"
    r"|\btop[ -]?\d+|\brank(s|ed|ing)?\b|leaderboard",
    re.IGNORECASE,
)
_RANK_KEYS = frozenset({"rank", "ranking", "top", "leaderboard", "percentile"})
_ONLINE = re.compile(
    r"(每日|天天|连续|按时)登[录陆]|登[录陆](系统|平台|软件|[Aa][Pp][Pp])|点赞|转发|在线时长|刷视频"
    r"|关注公众号|(下载|安装|注册)\s*(软件|[Aa][Pp][Pp])|log.?ins?\b|online time|\blikes\b",
    re.IGNORECASE,
)
_PUBLIC_BODY = re.compile(
    r"人民政府|派出所|公安|人民法院|法庭|检察院|武装部|税务所|(小学|中学|高中)(?!生|门|路|旁|周|对)"
    r"|卫生院|人民医院|(民政|人社|人力资源和社会保障|医保|医疗保障|税务|教育|教体|卫健|司法|住建|城管"
    r"|市场监管|自然资源|农业农村|信访)(局|所|办)|police|tax office|people's (court|hospital)",
    re.IGNORECASE,
)
_FULL_NAMES = frozenset({"full", "real", "plain", "unmasked", "open"})
_NOT = re.compile(r"不|无关|除外|非|未|\bno[tr]?\b|never|without", re.IGNORECASE)
_CLAUSE = re.compile(r"[，。；,;.]")
_COMMERCIAL = frozenset({"discount", "amount_off", "gift", "loan"})


def _section(context: Context) -> Mapping[str, object]:
    section = context.raw.get("points")
    return section if isinstance(section, Mapping) else {}


def _criteria(context: Context) -> Iterator[tuple[Path, Mapping[str, object]]]:
    for names in _CRITERIA:
        yield from context.rows("points", *names)


def _said(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield key and text of what a row says: titles whole, of the note what it affirms."""
    for key in ("title", "class", "terms"):
        if row.get(key):
            yield key, str(row[key])
    for clause in _CLAUSE.split(str(row.get("note", ""))):
        if clause and not _NOT.search(clause):
            yield "note", clause


def _found(context: Context, pattern: re.Pattern[str], zh: str, en: str) -> Iterator[Finding]:
    for path, row in _criteria(context):
        for key, text in _said(row):
            match = pattern.search(text)
            if match is not None:
                yield Finding((*path, key), Sentence(zh, en, {"word": match[0]}))
                break


def _walk(node: object, path: Path) -> Iterator[tuple[Path, object]]:
    below: Iterable[tuple[str | int, object]] = ()
    if isinstance(node, Mapping):
        below = ((str(key), value) for key, value in node.items())
    elif isinstance(node, list | tuple):
        below = enumerate(node)
    for key, value in below:
        yield (*path, key), value
        yield from _walk(value, (*path, key))


def _number(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def _negative(context: Context) -> Iterable[Finding]:
    roots = (("points", _section(context)), ("flows", context.raw.get("flows")))
    for name, root in roots:
        for path, value in _walk(root, (name,)):
            number = _number(value) if isinstance(value, int | float | str) else None
            if number is not None and number < 0:
                yield Finding(
                    path,
                    Sentence(
                        "积分只增不扣。请删去扣分项；记错的用冲正，不用负分。",
                        "Points are never negative. Drop this; an error is reversed, not fined.",
                    ),
                )


_NO_PENALTY = (
    "「{word}」是惩罚。积分和等级只奖不罚：请改成做了什么加几分，或删去这一项。",
    "“{word}” punishes. Points and grades only reward: say what earns instead, or drop this.",
)


def _penalties(context: Context) -> Iterable[Finding]:
    yield from _found(context, _PENALTY, *_NO_PENALTY)
    for path, _ in _walk(_section(context), ("points",)):
        if path[-1] in _PENALTY_KEYS:
            yield Finding(path, Sentence(*_NO_PENALTY, {"word": str(path[-1])}))


def _ranks(context: Context) -> Iterable[Finding]:
    said = (
        "「{word}」是给人排名。请改成达到多少分就有，人人都可以得到。",
        "“{word}” ranks people. Say how many points it takes, so that everybody can have it.",
    )
    yield from _found(context, _RANKED, *said)
    for path, _ in _walk(_section(context), ("points",)):
        # A grade's own rank orders grades, not people.
        if path[-1] in _RANK_KEYS and not {"grades", "schemes"} & set(path):
            yield Finding(path, Sentence(*said, {"word": str(path[-1])}))


def _petitions(context: Context) -> Iterable[Finding]:
    return _found(
        context,
        _PETITION,
        "「{word}」不能作为积分、等级的条件：信访是群众的权利。请删去这一项。",
        "“{word}” may not be a criterion: petitioning is a right. Drop this.",
    )


def _blood(context: Context) -> Iterable[Finding]:
    return _found(
        context,
        _BLOOD,
        "「{word}」与个人信用无关，不能写成积分规则。请删去这一项。",
        "“{word}” has no bearing on anybody's credit. Drop this.",
    )


def _online(context: Context) -> Iterable[Finding]:
    return _found(
        context,
        _ONLINE,
        "「{word}」只是留痕，不是做事。请改为按实际做的事加分。",
        "“{word}” is a trace, not a deed. Award what was really done instead.",
    )


def _statutory(context: Context) -> Iterable[Finding]:
    for names in (("benefits",), ("shop", "goods")):
        for path, row in context.rows("points", *names):
            gated = _gated(row, goods=names[-1] == "goods")
            if gated is not None:
                due, word, key = gated
                yield Finding((*path, key), _due_by_law(due, word))


def _gated(row: Mapping[str, object], *, goods: bool) -> tuple[Due, str, str] | None:
    """Return the service that a benefit or goods puts behind points or a grade, if any.

    A discount on things one buys gates nothing, whatever it is called: 入学用品 9 折.
    """
    declared = row.get("service")
    if isinstance(declared, str) and declared in set(Statutory):
        return BY_SERVICE[Statutory(declared)], declared, "service"
    commercial = goods or row.get("kind") in _COMMERCIAL
    for key, text in _said(row):
        if is_wares(text) or (commercial and not is_privilege(text)):
            continue
        for due, word in dues_in(text):
            return due, word, key
    return None


def _due_by_law(due: Due, word: str) -> Sentence:
    return Sentence(
        "「{word}」是{law}规定人人应得的，积分和等级都不能成为条件。请删去这一项。",
        "“{word}” ({en}) is due by law ({law}): neither points nor a grade may stand before it. "
        "Drop this.",
        {"word": word, "law": due.law, "en": due.title.en},
    )


def _public_bodies(context: Context) -> Iterable[Finding]:
    held = ((("benefits",), ("provider",)), (("providers",), ("title", "name")))
    for names, keys in held:
        for path, row in context.rows("points", *names):
            for key in keys:
                match = _PUBLIC_BODY.search(str(row.get(key, "")))
                if match is not None:
                    yield Finding(
                        (*path, key),
                        Sentence(
                            "「{word}」对谁都要一样办事，不能按积分、等级给优惠。请删去这一项。",
                            "A public body (“{word}”) serves everybody alike and offers nothing "
                            "by points or grade. Drop this.",
                            {"word": match[0]},
                        ),
                    )
                    break


def _full_names(context: Context) -> Iterable[Finding]:
    for path, value in _walk(_section(context), ("points",)):
        if path[-1] in ("name_on_notice", "names", "public_name") and str(value) in _FULL_NAMES:
            yield Finding(
                path,
                Sentence(
                    "公示名单不写全名。请用 masked（隐去部分）或 anonymous（匿名）。",
                    "A public list shows no full names. Write masked or anonymous.",
                ),
            )


LINTS = (
    Lint(
        "points.negative",
        Sentence("积分不扣分", "Points are never negative"),
        SCORE_NOTICE,
        _negative,
    ),
    Lint(
        "points.penalty",
        Sentence("积分和等级只奖不罚", "Points and grades only reward"),
        f"{SCORE_NOTICE}；{CREDIT_NOTICE}",
        _penalties,
    ),
    Lint(
        "points.ranking",
        Sentence("不按名次给分、给优惠", "Nothing is given by place in a ranking"),
        f"{BURDEN_RULES}；{FINGERTIP_RULES}",
        _ranks,
    ),
    Lint(
        "points.petition",
        Sentence("信访不与积分挂钩", "Petitions are not scored"),
        f"《信访工作条例》；{CREDIT_NOTICE}",
        _petitions,
    ),
    Lint(
        "points.blood",
        Sentence("不献血不影响信用", "Not donating blood is not scored"),
        "国家卫生健康委答复（2019），见《征信不是“筐”》",
        _blood,
    ),
    Lint(
        "points.online",
        Sentence("登录、转发、点赞不计分", "No points for log-ins, shares or likes"),
        f"{BURDEN_RULES}；{FINGERTIP_RULES}",
        _online,
    ),
    Lint(
        "points.statutory",
        Sentence("法定服务不设积分、等级门槛", "No points or grade before a statutory service"),
        CREDIT_NOTICE,
        _statutory,
    ),
    Lint(
        "points.public-body",
        Sentence("公共机构不按积分、等级给优惠", "No public body offers a benefit by grade"),
        CREDIT_NOTICE,
        _public_bodies,
    ),
    Lint(
        "points.full-names",
        Sentence("公示名单不写全名", "No full names on a public list"),
        "《个人信息保护法》第6条、第25条",
        _full_names,
    ),
)
