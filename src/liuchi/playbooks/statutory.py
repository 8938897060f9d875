"""Services and rights that are due by law: no points, no grade stands before any of them.

A closed list, so that a playbook is checked against services and not only against words:
each has a code, a name, the words a playbook may hide it behind, and the law that grants it.
Where a word is also part of a harmless one (降低保费 holds 低保) the pattern says so. Articles
are cited as the laws stand in 2026; whoever renews a law renews its line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from liuchi.kernel.sentences import Sentence


class Statutory(StrEnum):
    """What is due by law to whoever meets the law's own conditions."""

    SUBSISTENCE = "subsistence"
    RELIEF = "relief"
    SCHOOLING = "schooling"
    MEDICAL_CARE = "medical_care"
    SOCIAL_INSURANCE = "social_insurance"
    ELDERS = "elders"
    DISABILITY = "disability"
    VETERANS = "veterans"
    HOUSING = "housing"
    LAND = "land"
    COLLECTIVE_SHARE = "collective_share"
    SUBSIDY = "subsidy"
    REGISTRATION = "registration"
    PERMIT = "permit"
    EMPLOYMENT = "employment"
    CONSCRIPTION = "conscription"
    PARTY_ADMISSION = "party_admission"
    VOTING = "voting"
    LEGAL_AID = "legal_aid"
    PETITION = "petition"
    ENFORCEMENT = "enforcement"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Due:
    """One service: its name, how it is recognised in a text, and the law that grants it."""

    service: Statutory
    title: Sentence
    pattern: re.Pattern[str]
    law: str


def _due(service: Statutory, zh: str, en: str, pattern: str, law: str) -> Due:
    return Due(service, Sentence(zh, en), re.compile(pattern, re.IGNORECASE), law)


DUES = (
    _due(
        Statutory.SUBSISTENCE,
        "最低生活保障",
        "subsistence allowance",
        r"(?<![降减最])低保(?![险费证])|最低生活保障|特困供养|五保户?(?=待遇|资格|供养)"
        r"|subsistence allowance",
        "《社会救助暂行办法》",
    ),
    _due(
        Statutory.RELIEF,
        "社会救助",
        "social relief",
        r"社会救助|临时救助|救灾款?物|困难补助(?!金?捐)|social relief",
        "《社会救助暂行办法》",
    ),
    _due(
        Statutory.SCHOOLING,
        "入学入园",
        "schooling",
        r"入学|就学|入园|学区|学籍|升学|义务教育|school (admission|enrolment|place)",
        "《义务教育法》第四条、第十二条",
    ),
    _due(
        Statutory.MEDICAL_CARE,
        "就医",
        "medical care",
        r"就医|就诊|看病|住院|医疗救助|接种疫苗|medical (care|treatment)",
        "《基本医疗卫生与健康促进法》第五条",
    ),
    _due(
        Statutory.SOCIAL_INSURANCE,
        "社会保险",
        "social insurance",
        r"医保|社保|养老金|退休金|(养老|医疗|工伤|失业|生育)保险(?=待遇|办理|资格|报销|金)"
        r"|social insurance|state pension",
        "《社会保险法》第二条",
    ),
    _due(
        Statutory.ELDERS,
        "老年人津贴和优待",
        "allowances for the old",
        r"高龄津贴|老年(人)?(优待|补贴|津贴)|old.age allowance",
        "《老年人权益保障法》",
    ),
    _due(
        Statutory.DISABILITY,
        "残疾人补贴",
        "disability allowances",
        r"残疾(人)?(补贴|证|津贴|评定)|disability allowance",
        "《残疾人保障法》",
    ),
    _due(
        Statutory.VETERANS,
        "优抚",
        "veterans' benefits",
        r"优抚|抚恤|退役(军人)?(补助|安置)|veterans?'? (benefit|pension)",
        "《军人抚恤优待条例》",
    ),
    _due(
        Statutory.HOUSING,
        "住房保障",
        "public housing",
        r"公租房|廉租房|保障(性|房)|危房改造|宅基地|public housing",
        "《公共租赁住房管理办法》；《土地管理法》第六十二条",
    ),
    _due(
        Statutory.LAND,
        "土地承包和征地补偿",
        "land rights",
        r"土地承包|承包地|征地补偿|拆迁补偿|确权|land compensation",
        "《农村土地承包法》；《土地管理法》第四十八条",
    ),
    _due(
        Statutory.COLLECTIVE_SHARE,
        "集体收益分配",
        "the collective's dividend",
        r"集体(经济)?(收益|分红)|股份分红|collective dividend",
        "《农村集体经济组织法》第十三条",
    ),
    _due(
        Statutory.SUBSIDY,
        "惠农补贴",
        "farm subsidies",
        r"(惠农|种粮|地力|农机)(购置)?补贴|farm subsid",
        "国办发〔2020〕49号",
    ),
    _due(
        Statutory.REGISTRATION,
        "户口和居住证",
        "registration of residence",
        r"户口|落户|居住证|身份证(?=办理|换领|申领)|residence permit",
        "《户口登记条例》；《居住证暂行条例》第十二条",
    ),
    _due(
        Statutory.PERMIT,
        "证明和许可",
        "certificates and permits",
        r"开(具)?证明|行政审批|行政许可|办证|盖章|营业执照|窗口优先|政务服务"
        r"|(building|business) permit",
        "《行政许可法》第五条",
    ),
    _due(
        Statutory.EMPLOYMENT,
        "招聘录用",
        "recruitment",
        r"招聘(?!会(志愿|服务|布置))|录用|招录|公益性?岗位|recruitment",
        "《就业促进法》第三条",
    ),
    _due(
        Statutory.CONSCRIPTION,
        "参军",
        "military service",
        r"参军|征兵|入伍|政审|conscription|military service",
        "《兵役法》第五条",
    ),
    _due(
        Statutory.PARTY_ADMISSION,
        "入党",
        "joining the Party",
        r"(?<!加)入党(?![员委])|发展党员|入团(?!购)|party (admission|membership application)",
        "《中国共产党发展党员工作细则》",
    ),
    _due(
        Statutory.VOTING,
        "选举",
        "voting",
        r"选举|选民|候选人|voting right",
        "《村民委员会组织法》第十三条；《选举法》第四条",
    ),
    _due(
        Statutory.LEGAL_AID,
        "法律援助",
        "legal aid",
        r"法律援助|legal aid",
        "《法律援助法》第二条",
    ),
    _due(
        Statutory.PETITION,
        "信访和投诉",
        "petitions and complaints",
        r"信访|上访|投诉(?!箱)|12345|\bpetition",
        "《信访工作条例》",
    ),
    _due(
        Statutory.ENFORCEMENT,
        "执法和处罚",
        "enforcement",
        r"处罚|免罚|罚款|执法|违章(处理|免)|waived? fines?|law enforcement",
        "《行政处罚法》第五条",
    ),
    _due(
        Statutory.TAX,
        "税收",
        "tax",
        r"减税|免税(?!店)|税收|退税|tax (relief|refund)",
        "《税收征收管理法》第三条",
    ),
)
BY_SERVICE = {due.service: due for due in DUES}

_PRIVILEGE = re.compile(
    r"优先|优惠办理|资格|名额|推荐|加分|准入|免试|代办|办理|申请|审批|审核|绿色通道|插队|免审|直通"
    r"|priority|admission|entitle|fast.track",
    re.IGNORECASE,
)
_WARES = re.compile(
    r"用品|礼包|礼品|文具|书包|器材|读物|打印|复印|拍照|照相|supplies|gift|printing"
)


def dues_in(text: str) -> Iterator[tuple[Due, str]]:
    """Yield each service a text names, with the words that name it."""
    for due in DUES:
        match = due.pattern.search(text)
        if match is not None:
            yield due, match[0]


def is_privilege(text: str) -> bool:
    """Whether a text speaks of being served sooner, or at all: 优先, 资格, 名额."""
    return _PRIVILEGE.search(text) is not None


def is_wares(text: str) -> bool:
    """Whether a text speaks of things one buys, as 入学用品 does."""
    return _WARES.search(text) is not None and not is_privilege(text)
