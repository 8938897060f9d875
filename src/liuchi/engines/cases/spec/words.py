"""The section in plain words: what people approve is what runs."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from liuchi.engines.cases.enums import AreaLevel, CaseState, CaseVerb, Channel, ClockKind
from liuchi.engines.cases.spec.base import LimitsSpec
from liuchi.engines.cases.spec.routing import route_sentence
from liuchi.engines.cases.spec.shapes import CasesSpec
from liuchi.engines.cases.spec.types import ConditionSpec, TypeSpec
from liuchi.kernel.sentences import Sentence, Value

STAGE_WORDS = {
    CaseState.REPORTED: Sentence("已上报", "reported"),
    CaseState.VERIFYING: Sentence("核实中", "being verified"),
    CaseState.FILED: Sentence("已立案", "filed"),
    CaseState.DISPATCHED: Sentence("已派遣", "dispatched"),
    CaseState.HANDLING: Sentence("处置中", "being dealt with"),
    CaseState.FEEDBACK: Sentence("已反馈", "reported done"),
    CaseState.CHECKING: Sentence("核查中", "being checked"),
    CaseState.CLOSED: Sentence("已结案", "closed"),
    CaseState.REJECTED: Sentence("不予立案", "not taken on"),
    CaseState.SUSPENDED: Sentence("已挂账", "set aside"),
    CaseState.WITHDRAWN: Sentence("已撤销", "withdrawn"),
}
CHANNEL_WORDS = {
    Channel.WORKER: Sentence("网格员上报", "grid worker"),
    Channel.RIDER: Sentence("骑手上报", "rider"),
    Channel.RESIDENT: Sentence("居民上报", "resident"),
    Channel.ANONYMOUS: Sentence("匿名上报", "anonymous"),
    Channel.CALL: Sentence("来电登记", "telephone"),
    Channel.COUNTER: Sentence("来访登记", "at the counter"),
    Channel.HOTLINE: Sentence("热线转来", "hotline"),
    Channel.ENTERPRISE: Sentence("企业反映", "enterprise"),
    Channel.VISIT: Sentence("夜访走访", "night visit"),
    Channel.PATROL: Sentence("巡查发现", "patrol"),
    Channel.SUPERIOR: Sentence("上级交办", "from above"),
    Channel.MEDIA: Sentence("媒体曝光", "media"),
    Channel.IMPORT: Sentence("表格导入", "import"),
    Channel.SYSTEM: Sentence("其他系统", "another system"),
}
CLOCK_WORDS = {
    ClockKind.DISPATCH: Sentence("派遣", "dispatch"),
    ClockKind.HANDLING: Sentence("处置", "handling"),
    ClockKind.CHECK: Sentence("核查", "check"),
    ClockKind.TOTAL: Sentence("全程", "all of it"),
}
LEVEL_WORDS = {
    AreaLevel.VILLAGE: Sentence("社区（村）", "the community"),
    AreaLevel.TOWN: Sentence("镇街", "the town"),
    AreaLevel.COUNTY: Sentence("县区", "the county"),
}
VERB_WORDS = {
    CaseVerb.VERIFY: Sentence("核实", "verify"),
    CaseVerb.FILE: Sentence("立案", "file"),
    CaseVerb.REJECT: Sentence("不予立案", "reject"),
    CaseVerb.DISPATCH: Sentence("派遣", "dispatch"),
    CaseVerb.ACCEPT: Sentence("接收", "accept"),
    CaseVerb.RETURN: Sentence("退回", "return"),
    CaseVerb.FINISH: Sentence("反馈", "report done"),
    CaseVerb.CHECK: Sentence("核查", "check"),
    CaseVerb.CLOSE: Sentence("结案", "close"),
    CaseVerb.SEND_BACK: Sentence("返工", "send back"),
    CaseVerb.SUSPEND: Sentence("挂账", "set aside"),
    CaseVerb.RESUME: Sentence("恢复办理", "resume"),
    CaseVerb.WITHDRAW: Sentence("撤销", "withdraw"),
    CaseVerb.REFER: Sentence("转上一级", "refer up"),
    CaseVerb.SPLIT: Sentence("拆分", "split"),
    CaseVerb.MERGE: Sentence("并案", "merge"),
    CaseVerb.SUPERVISE: Sentence("督办", "supervise"),
    CaseVerb.ASK_TIME: Sentence("申请延期或暂停", "ask for time"),
    CaseVerb.DECIDE_TIME: Sentence("审批延期或暂停", "decide on time"),
    CaseVerb.APPEAL: Sentence("申诉", "appeal"),
    CaseVerb.DISPUTE: Sentence("不认可", "dispute"),
    CaseVerb.SETTLE: Sentence("答复申诉或异议", "settle"),
    CaseVerb.REOPEN: Sentence("重新办理", "reopen"),
    CaseVerb.RATE: Sentence("评价", "rate"),
    CaseVerb.NOTE: Sentence("备注", "note"),
    CaseVerb.SETTLE_ON_SPOT: Sentence("当场办结", "settle on the spot"),
    CaseVerb.ESCALATE: Sentence("超时上报", "escalate"),
}


def explain(section: BaseModel, language: str) -> Sequence[str]:
    """Return the section in Chinese or English: the loop, then a line per type and condition."""
    spec = CasesSpec.model_validate(section)
    lines = [
        _loop(spec, language),
        Sentence(
            "处置的人不能自己结案；退回和返工都要写明原因。",
            "Whoever dealt with it never closes it; returning or sending back needs a reason.",
        ),
        Sentence(
            "延期、暂停和挂账要由另一人同意；留言不改变时限。",
            "More time, a pause or setting aside needs another person's consent; "
            "a note changes no limit.",
        ),
        Sentence(
            "不另写的，时限为：{limits}。",
            "Where nothing else is said: {limits}.",
            {"limits": _limits(spec.limits_of(""), language)},
        ),
        _after(spec, language),
        *(_tier(spec, number) for number in range(len(spec.tiers))),
        *(_type(each, spec) for each in spec.types),
        *(route_sentence(each, language) for each in spec.routing),
        *_whistle(spec, language),
        _reminders(spec, language),
        *_replies(spec),
        *(_condition(each, spec, language) for each in spec.conditions),
    ]
    return [line.in_language(language) for line in lines]


def stage_title(spec: CasesSpec | None, state: CaseState, language: str) -> str:
    """Return what a playbook calls a state, or what it is called where it says nothing."""
    stage = None if spec is None else spec.stages.get(state)
    return (
        stage.title
        if stage is not None and stage.title
        else (STAGE_WORDS[state].in_language(language))
    )


def _loop(spec: CasesSpec, language: str) -> Sentence:
    stages = [
        stage_title(spec, state, language)
        for state in list(CaseState)[: list(CaseState).index(CaseState.CLOSED) + 1]
        if state not in spec.skipped
    ]
    direct = "、".join(CHANNEL_WORDS[each].zh for each in spec.file_directly)
    direct_en = ", ".join(CHANNEL_WORDS[each].en for each in spec.file_directly)
    only = "、".join(CHANNEL_WORDS[each].zh for each in spec.channels)
    only_en = ", ".join(CHANNEL_WORDS[each].en for each in spec.channels)
    return Sentence(
        "流程：{stages}。"
        + (f"直接立案的来源：{direct}。" if direct else "")
        + (f"只受理这些来源：{only}。" if only else ""),
        "The loop: {stages}."
        + (f" Filed without verifying: {direct_en}." if direct else "")
        + (f" Taken in only from: {only_en}." if only else ""),
        {"stages": " → ".join(stages)},
    )


def _limits(limits: LimitsSpec, language: str) -> str:
    english = language.lower().startswith("en")
    parts = [
        CLOCK_WORDS[kind].in_language(language)
        + (" " if english else "")
        + limit.sentence.in_language(language)
        for kind in ClockKind
        if (limit := getattr(limits, kind.value)) is not None
    ]
    return (", " if english else "，").join(parts)


def _after(spec: CasesSpec, language: str) -> Sentence:
    within = spec.reopen_within.sentence.in_language(language)
    recheck = spec.recheck
    again = "" if recheck is None else recheck.sentence.in_language(language)
    return Sentence(
        "结案后{within}内可以要求重新办理，从结案那天算起。"
        + ("结案{again}后再看一次。" if again else "")
        + ("每百件抽查{share}件。" if spec.sampling else "")
        + ("每百件回访{calls}件。" if spec.call_backs else ""),
        "It may be reopened within {within} of its closing."
        + (" It is looked at once more {again} after closing." if again else "")
        + (" Of a hundred closed, {share} are checked." if spec.sampling else "")
        + (" Of a hundred closed, {calls} are called back." if spec.call_backs else ""),
        {"within": within, "again": again, "share": spec.sampling, "calls": spec.call_backs},
    )


def _reminders(spec: CasesSpec, language: str) -> Sentence:
    hours = "、".join(spec.hours)
    return Sentence(
        ("工作时间{hours}。" if hours else "")
        + "时限用去{percent}%时提醒，到期未办的上报一级，之后每{every}再上报一级。",
        ("Working hours {hours}. " if hours else "")
        + "A reminder comes when {percent} % of a limit is used; what is overdue goes up a level, "
        "and one more every {every}.",
        {
            "hours": hours,
            "percent": spec.warn_percent,
            "every": spec.escalate_every.sentence.in_language(language),
        },
    )


def _whistle(spec: CasesSpec, language: str) -> Sequence[Sentence]:
    if spec.whistle is None:
        return ()
    held = spec.whistle
    values: dict[str, Value] = {
        "units": "、".join(held.units),
        "within": held.respond_within.sentence.in_language(language),
        "urgent": held.respond_within_urgent.sentence.in_language(language),
    }
    return (
        Sentence(
            "吹哨报到：单位在{within}内报到，紧急的在{urgent}内"
            + ("；由吹哨的社区（村）评价" if held.rated else "")
            + ("；可吹哨的单位：{units}" if held.units else "")
            + "。",
            "The whistle: units report in within {within}, within {urgent} if urgent"
            + ("; the place that called rates them" if held.rated else "")
            + ("; units that may be called: {units}" if held.units else "")
            + ".",
            values,
        ),
    )


def _replies(spec: CasesSpec) -> Sequence[Sentence]:
    return [
        Sentence(
            VERB_WORDS[verb].zh + "的常用语：{words}",
            f"Usual words to {VERB_WORDS[verb].en}: " + "{words}",
            {"words": "；".join(held)},
        )
        for verb, held in spec.replies.items()
        if held
    ]


def _tier(spec: CasesSpec, place: int) -> Sentence:
    tier = spec.tiers[place]
    level = LEVEL_WORDS[tier.at]
    return Sentence(
        "第{n}级：{title}，由" + level.zh + "办。",
        "Tier {n}: {title}, at " + level.en + ".",
        {"n": place + 1, "title": tier.title},
    )


def _type(each: TypeSpec, spec: CasesSpec) -> Sentence:
    marks = [
        words
        for holds, words in (
            (each.urgent, Sentence("紧急", "urgent")),
            (each.sensitive, Sentence("不对外公开", "never public")),
            (
                each.about_office,
                Sentence("由镇街受理，社区看不到", "for the town, unseen below"),
            ),
        )
        if holds
    ]
    zh = "".join(f"，{mark.zh}" for mark in marks)
    en = "".join(f", {mark.en}" for mark in marks)
    asked, named, numbers = each.questions, each.channels, each.at_closing
    return Sentence(
        "类别 {code}：{path}"
        + zh
        + ("；另问：{asked}" if asked else "")
        + ("；结案时填{numbers}" if numbers else "")
        + ("；来源：" + "、".join(CHANNEL_WORDS[way].zh for way in named) if named else "")
        + "。",
        "Type {code}: {path}"
        + en
        + ("; asked: {asked}" if asked else "")
        + ("; at closing: {numbers}" if numbers else "")
        + ("; by: " + ", ".join(CHANNEL_WORDS[way].en for way in named) if named else "")
        + ".",
        {
            "code": each.code,
            "path": " / ".join(above.title for above in spec.path(each.code)),
            "asked": "、".join(one.title + ("＊" if one.required else "") for one in asked),
            "numbers": "、".join(f"{one.title}（{one.unit}）" for one in numbers),
        },
    )


def _condition(each: ConditionSpec, spec: CasesSpec, language: str) -> Sentence:
    held = spec.type(each.type)
    values: dict[str, Value] = {
        "type": each.type if held is None else held.title,
        "title": each.title,
        "limits": _limits(spec.limits_of(each.code), language),
        "closing": each.closing,
        "unit": each.responsible,
    }
    return Sentence(
        "立案条件 {type}·{title}：{limits}"
        + ("；结案：{closing}" if each.closing else "")
        + ("；责任单位：{unit}" if each.responsible else "")
        + ("；可以当场办结，事后备案" if each.on_spot else "")
        + "。",
        "Condition {type} · {title}: {limits}"
        + ("; closed when: {closing}" if each.closing else "")
        + ("; unit: {unit}" if each.responsible else "")
        + ("; may be settled on the spot and recorded" if each.on_spot else "")
        + ".",
        values,
    )
