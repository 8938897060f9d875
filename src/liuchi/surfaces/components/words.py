"""Words for the closed lists of the engines: states, roles, units."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONFIRMATIONS: Final[dict[str, Promise]] = {
    "pin": _("兑换密码"),
    "code": _("手机兑换码"),
    "signature": _("签字"),
}
STATES: Final[dict[str, Promise]] = {
    "proposed": _("待审核"),
    "on_notice": _("公示中"),
    "posted": _("已记入"),
    "rejected": _("未通过"),
    "withdrawn": _("已撤回"),
    "reversed": _("已冲正"),
    "returned": _("退回补充"),
    "made": _("已兑换"),
}

BULLETIN_STATES: Final[dict[str, Promise]] = {
    "draft": _("草稿"),
    "checked": _("已核对"),
    "issued": _("已签发"),
}

BULLETIN_FORMS: Final[dict[str, Promise]] = {
    "bulletin": _("简报"),
    "review": _("年度综述"),
    "prompt": _("提示单"),
}

INSERTS: Final[dict[str, Promise]] = {
    "number": _("一个数字"),
    "growth": _("比上年同期"),
    "table": _("表，下级各地方"),
    "bars": _("柱图，下级各地方"),
    "lines": _("折线图，各月"),
}

PER: Final[dict[str, Promise]] = {
    "session": _("每次"),
    "time": _("每次"),
    "once": _("只记一次"),
    "day": _("每天"),
    "week": _("每周"),
    "month": _("每月"),
    "quarter": _("每季度"),
    "year": _("每年"),
    "hour": _("每小时"),
    "item": _("每件"),
    "person": _("每人"),
    "household": _("每户"),
    "case": _("每件"),
}

SEX: Final[dict[str, Promise]] = {
    "male": _("男"),
    "female": _("女"),
    "m": _("男"),
    "f": _("女"),
}

EVIDENCE: Final[dict[str, Promise]] = {
    "attendance": _("签到记录"),
    "photo": _("照片"),
    "certificate": _("证书"),
    "register": _("台账记录"),
    "witness": _("证明人"),
}

ANONYMOUS: Final[Promise] = _("匿名")

OBJECTIONS: Final[dict[str, Promise]] = {
    "open": _("待答复"),
    "answered": _("已答复"),
    "withdrawn": _("已撤回"),
}

OUTCOMES: Final[dict[str, Promise]] = {
    "stopped": _("异议成立，不记入"),
    "corrected": _("异议成立，更正后重新公示"),
    "contra_entry": _("异议成立，应予冲正"),
    "not_upheld": _("异议不成立"),
}

DEVICES: Final[dict[str, Promise]] = {
    "phone": _("手机"),
    "tablet": _("平板"),
    "computer": _("电脑"),
}

BROWSERS: Final[dict[str, Promise]] = {
    "wechat": _("微信"),
    "alipay": _("支付宝"),
    "dingtalk": _("钉钉"),
    "qq": _("QQ 浏览器"),
    "edge": _("Edge 浏览器"),
    "firefox": _("Firefox 浏览器"),
    "chrome": _("Chrome 浏览器"),
    "safari": _("Safari 浏览器"),
    "other": _("浏览器"),
}

SLIPS: Final[dict[str, Promise]] = {
    "open": _("登录条未用"),
    "used": _("登录条已用"),
    "voided": _("登录条已作废"),
    "expired": _("登录条已过期"),
}

OBJECTION_LISTS: Final[dict[str, Promise]] = {
    "open": _("待答复"),
    "overdue": _("已过期限"),
    "to_reverse": _("待冲正"),
    "closed": _("已办结"),
}

IMPORT_STATES: Final[dict[str, Promise]] = {
    "received": _("等选列"),
    "chosen": _("等检查"),
    "checked": _("等导入"),
    "done": _("已导入"),
    "undone": _("已撤销"),
    "abandoned": _("没有导入"),
}

BATCHES: Final[dict[str, Promise]] = {
    "book": _("纸质登记本"),
    "activity": _("活动名单"),
}

CAPACITY: Final[dict[str, Promise]] = {
    "own": _("本人提出"),
    "recorder": _("社区登记"),
    "family": _("家人代办"),
    "neighbour": _("邻居代办"),
}

UPPER: Final[dict[str, Promise]] = {
    "no_second_person": _("社区没有第二个人可以评议"),
    "overdue": _("社区到期没有人评议"),
}

CAP_PER: Final[dict[str, Promise]] = {
    "day": _("当天"),
    "month": _("本月"),
    "year": _("本年"),
    "once": _("一共"),
}

APPEALS: Final[dict[str, Promise]] = {
    "open": _("待复议"),
    "decided": _("已复议"),
    "withdrawn": _("已撤回"),
}

APPEAL_OUTCOMES: Final[dict[str, Promise]] = {
    "upheld": _("改为通过，进入公示"),
    "dismissed": _("维持原来的结果"),
}

REVIEW_OUTCOMES: Final[dict[str, Promise]] = {
    "forward": _("初评通过"),
    "approve": _("通过"),
    "reject": _("不通过"),
    "return": _("退回补充"),
}

APPROVALS: Final[dict[str, Promise]] = {
    "asked": _("等另一人核准"),
    "approved": _("已核准"),
    "declined": _("未同意"),
    "taken_back": _("已撤回"),
}

MATTERS: Final[dict[str, Promise]] = {
    "correction": _("更正积分"),
    "gift": _("慰问、赠送"),
}
