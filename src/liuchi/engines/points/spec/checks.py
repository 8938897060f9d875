"""What a points section may not say, with the source of each rule, and its cross-checks.

Lints read the tree as written, so that they also speak about a section that does
not validate: ``award: -2`` deserves the reason, not only "must be at least 1".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Lint, Path

_PETITION = ("信访", "上访", "缠访", "闹访", "petition")
_STATUTORY = ("低保", "入学", "就学", "医保", "就医", "参军", "征兵", "招聘", "录用", "入党")


def _section(context: Context) -> Mapping[str, object]:
    section = context.raw.get("points")
    return section if isinstance(section, Mapping) else {}


def _rows(context: Context, *names: str) -> Iterator[tuple[Path, Mapping[str, object]]]:
    held: object = _section(context)
    for name in names:
        held = held.get(name) if isinstance(held, Mapping) else None
    for place, row in enumerate(held if isinstance(held, list | tuple) else ()):
        if isinstance(row, Mapping):
            yield ("points", *names, place), row


def _negative(context: Context) -> Iterable[Finding]:
    for path, row in _rows(context, "rules"):
        award = row.get("award")
        if isinstance(award, int | float) and award < 0:
            yield Finding(
                (*path, "award"),
                Sentence(
                    "积分只增不扣。请删去扣分项；记错的用冲正，不用负分。",
                    "Points are never negative. Drop this rule; an error is reversed, not fined.",
                ),
            )


def _words_found(row: Mapping[str, object], words: tuple[str, ...]) -> str | None:
    text = " ".join(str(row.get(name, "")) for name in ("title", "class", "note"))
    return next((word for word in words if word in text.lower()), None)


def _petitions(context: Context) -> Iterable[Finding]:
    for path, row in _rows(context, "rules"):
        if word := _words_found(row, _PETITION):
            yield Finding(
                (*path, "title"),
                Sentence(
                    "「{word}」不能与积分挂钩：信访是群众的权利。请删去这一项。",
                    "“{word}” may not earn or cost points: petitioning is a right. Drop this rule.",
                    {"word": word},
                ),
            )


def _blood(context: Context) -> Iterable[Finding]:
    for path, row in _rows(context, "rules"):
        text = f"{row.get('title', '')} {row.get('note', '')}"
        if "不献血" in text or "未献血" in text:
            yield Finding(
                (*path, "title"),
                Sentence(
                    "不献血不影响个人信用，不能写成积分规则。请删去这一项。",
                    "Not donating blood has no bearing on anybody's credit. Drop this rule.",
                ),
            )


def _statutory(context: Context) -> Iterable[Finding]:
    for path, row in _rows(context, "benefits"):
        if word := _words_found(row, _STATUTORY):
            yield Finding(
                (*path, "title"),
                Sentence(
                    "「{word}」是法定的服务或权利，不能以积分或等级为条件。请删去这一项。",
                    "“{word}” is due by law; neither points nor a grade may stand before it. "
                    "Drop this benefit.",
                    {"word": word},
                ),
            )


def _repeated_codes(context: Context) -> Iterable[Finding]:
    for names in (("rules",), ("grades",), ("benefits",), ("shop", "goods")):
        seen: set[str] = set()
        for path, row in _rows(context, *names):
            code = str(row.get("code", path))
            if code in seen:
                yield Finding(
                    (*path, "code"),
                    Sentence(
                        "编码「{code}」用了两次。请给这一行换一个编码。",
                        "The code “{code}” is used twice. Give this row another.",
                        {"code": code},
                    ),
                )
            seen.add(code)


def _cap_below_award(context: Context) -> Iterable[Finding]:
    for path, row in _rows(context, "rules"):
        cap, award = row.get("cap"), row.get("award")
        points = cap.get("points") if isinstance(cap, Mapping) else None
        if isinstance(points, int) and isinstance(award, int) and points < award:
            yield Finding(
                (*path, "cap", "points"),
                Sentence(
                    "上限{cap}分低于一次的{award}分，这一项永远记不上。请调高上限或调低分值。",
                    "A cap of {cap} is below one award of {award}: nobody could ever earn it. "
                    "Raise the cap or lower the award.",
                    {"cap": points, "award": award},
                ),
            )


CHECKS = (_repeated_codes, _cap_below_award)

LINTS = (
    Lint(
        "points.negative",
        Sentence("积分不扣分", "Points are never negative"),
        "中央农办、农业农村部《关于在乡村治理中推广运用积分制有关工作的通知》（2020）",
        _negative,
    ),
    Lint(
        "points.petition",
        Sentence("信访不与积分挂钩", "Petitions are not scored"),
        "《信访工作条例》；国办发〔2020〕49号",
        _petitions,
    ),
    Lint(
        "points.blood",
        Sentence("不献血不影响信用", "Not donating blood is not scored"),
        "国家卫生健康委答复（2019），见《征信不是“筐”》",
        _blood,
    ),
    Lint(
        "points.statutory",
        Sentence("法定服务不设积分门槛", "No points or grade before a statutory service"),
        "国办发〔2020〕49号",
        _statutory,
    ),
)
