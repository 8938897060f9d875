"""What people call the fields of a fact, and the codes they hold.

A fact says ``benefit_kind: fee_waived``; a definition and the page of a fact say
优惠种类：减免费用. Engines name their fields alike, so the words stand here once for all of
them. A field without words here keeps its code: a test finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from liuchi.kernel.sentences import Sentence

_YES_NO = {"yes": Sentence("是", "yes"), "no": Sentence("否", "no")}

FIELDS: Final[Mapping[str, Sentence]] = {
    name: Sentence(zh, en)
    for name, zh, en in (
        ("abstained", "弃权票数", "abstentions"),
        ("added", "新增行数", "rows added"),
        ("against", "反对票数", "votes against"),
        ("anonymous", "公示匿名", "anonymous in public"),
        ("appeal", "复议", "appeal"),
        ("area", "地方", "place"),
        ("area_before", "原来的社区", "community before"),
        ("as_of", "截至", "as of"),
        ("asked_by", "提出人", "asked by"),
        ("batch", "名单或登记本", "list or book"),
        ("before", "原来", "before"),
        ("benefit", "优惠项目", "benefit"),
        ("benefit_kind", "优惠种类", "kind of benefit"),
        ("body", "表决机构", "voting body"),
        ("by", "由谁", "by"),
        ("capacity", "谁提出的", "who asked"),
        ("card", "卡", "card"),
        ("changed", "有变化行数", "rows changed"),
        ("claim", "申报", "claim"),
        ("code", "代码", "code"),
        ("corrects", "更正的那一期", "issue it corrects"),
        ("counted", "当时的数", "as counted"),
        ("currency", "积分种类", "kind of points"),
        ("current", "现用密钥", "key in use"),
        ("day", "日期", "day"),
        ("device", "设备", "device"),
        ("document", "文件", "document"),
        ("eligible", "应到人数", "people entitled"),
        ("field", "领域", "field"),
        ("fields", "填写的内容", "fields filled in"),
        ("figures", "数字个数", "figures"),
        ("found", "盘点结果", "what the stocktake found"),
        ("from_day", "起始日期", "from"),
        ("goods", "商品", "goods"),
        ("grade", "等级", "grade"),
        ("graded", "评上人数", "people graded"),
        ("handed_over", "商品已交给居民", "goods handed over"),
        ("happened_on", "哪一天", "day it happened"),
        ("home_area", "居住地", "home"),
        ("household", "住户", "household"),
        ("household_before", "原来的住户", "household before"),
        ("households", "户数", "households"),
        ("in_time", "按期答复", "answered in time"),
        ("indicator", "指标", "figure"),
        ("into", "并入", "merged into"),
        ("is_off_day", "放假", "day off"),
        ("key", "密钥", "key"),
        ("kind", "种类", "kind"),
        ("late", "期满后提出", "after the notice ended"),
        ("lease", "柜台预留", "lease of a counter"),
        ("listing", "列表", "list"),
        ("matter", "事项", "matter"),
        ("media_type", "文件类型", "type of file"),
        ("month", "月份", "month"),
        ("number", "期号", "issue"),
        ("objection", "异议", "objection"),
        ("offers", "优惠项数", "offers"),
        ("on", "日期", "day"),
        ("outcome", "结果", "outcome"),
        ("amount", "数额", "amount"),
        ("at_day", "日期", "day"),
        ("ordinal", "日志序号", "ordinal"),
        ("organization", "单位", "organisation"),
        ("organization_kind", "单位类别", "kind of organisation"),
        ("parent", "上级", "parent"),
        ("parent_before", "原来的上级", "parent before"),
        ("pdf_sha256", "PDF 校验值", "check sum of the PDF"),
        ("people", "人数", "people"),
        ("person", "居民", "person"),
        ("pieces", "件数", "pieces"),
        ("playbook", "办法", "working method"),
        ("policy", "规则", "policy"),
        ("present", "到会人数", "people present"),
        ("provider", "共建商户", "provider"),
        ("purpose", "用途", "purpose"),
        ("quantity", "数量", "quantity"),
        ("reason", "原因", "reason"),
        ("refusal", "没有记上的原因", "why it was refused"),
        ("refused", "没有导入行数", "rows refused"),
        ("removed", "删去行数", "rows removed"),
        ("reset", "重置", "reset"),
        ("restored", "改回行数", "rows restored"),
        ("role", "岗位", "role"),
        ("root", "封存值", "seal"),
        ("round", "轮次", "round"),
        ("rows", "行数", "rows"),
        ("rule", "积分项目", "deed"),
        ("rule_class", "项目类别", "class of deed"),
        ("scheme", "评级办法", "grade scheme"),
        ("series", "刊物", "series"),
        ("sha256", "校验值", "check sum"),
        ("sheet", "公示", "notice"),
        ("shop", "超市", "shop"),
        ("size_bytes", "文件大小（字节）", "size in bytes"),
        ("slip", "登录条", "slip"),
        ("stayed", "没有改动行数", "rows left alone"),
        ("step", "第几步评议", "step of review"),
        ("successor", "接手", "successor"),
        ("target", "导入对象", "what was imported"),
        ("to_goods", "调入商品", "goods moved to"),
        ("to_shop", "调入超市", "shop moved to"),
        ("tree", "隶属关系", "tree"),
        ("unchanged", "没有变化行数", "rows unchanged"),
        ("until", "到哪天", "until"),
        ("user", "账号", "account"),
        ("uses", "使用次数", "uses"),
        ("value", "数值", "value"),
        ("version", "版本", "version"),
        ("via", "途径", "way"),
        ("village", "社区", "community"),
        ("vote", "表决", "vote"),
        ("what", "变更内容", "what changed"),
        ("word_sha256", "Word 校验值", "check sum of the Word file"),
        ("work_days", "工作日数", "work days"),
        ("written", "写的数", "as written"),
        ("year", "年份", "year"),
    )
}

CODES: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "anonymous": _YES_NO,
    "handed_over": _YES_NO,
    "in_time": _YES_NO,
    "late": _YES_NO,
    "outcome": {
        "approve": Sentence("通过", "approved"),
        "forward": Sentence("初评通过", "passed on"),
        "reject": Sentence("不通过", "rejected"),
        "return": Sentence("退回补充", "returned"),
        "upheld": Sentence("改为通过", "upheld"),
        "dismissed": Sentence("维持原结果", "dismissed"),
        "stopped": Sentence("异议成立，不记入", "upheld, not posted"),
        "corrected": Sentence("异议成立，更正", "upheld, corrected"),
        "contra_entry": Sentence("异议成立，冲正", "upheld, reversed"),
        "not_upheld": Sentence("异议不成立", "not upheld"),
    },
    "benefit_kind": {
        "discount": Sentence("打折", "discount"),
        "amount_off": Sentence("减免金额", "amount off"),
        "fee_waived": Sentence("减免费用", "fee waived"),
        "priority": Sentence("优先服务", "priority service"),
        "loan": Sentence("借用", "loan"),
        "gift": Sentence("赠送", "gift"),
    },
    "organization_kind": {
        "committee": Sentence("居（村）委会", "committee"),
        "office": Sentence("办事处、部门", "office"),
        "shop": Sentence("商店", "shop"),
        "association": Sentence("社会组织", "association"),
        "company": Sentence("企业", "company"),
        "venue": Sentence("阵地", "venue"),
    },
    "capacity": {
        "own": Sentence("本人提出", "the person"),
        "recorder": Sentence("社区登记", "the community"),
        "family": Sentence("家人代办", "family"),
        "neighbour": Sentence("邻居代办", "a neighbour"),
    },
    "what": {
        "opened": Sentence("开业", "opened"),
        "closed": Sentence("停业", "closed"),
        "reopened": Sentence("恢复营业", "reopened"),
        "hours": Sentence("营业时间", "hours"),
    },
    "matter": {
        "correction": Sentence("更正积分", "correction of points"),
        "gift": Sentence("慰问、赠送", "gift"),
    },
}


def field_title(name: str) -> Sentence:
    """Return what a field is called; its own name where nobody has said."""
    return FIELDS.get(name, Sentence(name, name))


def code_title(field: str, value: str) -> Sentence:
    """Return what a code means; the code itself where nobody has said."""
    return CODES.get(field, {}).get(value, Sentence(value, value))
