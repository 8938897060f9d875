"""Documents of the demo's office: an issue that three communities submitted to, and a review.

Their figures are counted like anybody's: the texts hold references only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from liuchi.engines.bulletins import actions as bulletins
from liuchi.engines.bulletins import queries as bulletins_queries
from liuchi.engines.bulletins.actions import Draft, Submitted
from liuchi.engines.bulletins.enums import Form
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import paper

EXCHANGE = "基层治理工作信息"
ADDRESS = "http://127.0.0.1:8000/verify/{id}/"
TITLES = ("小事当天记 好事有人评", "积分有来处 礼品有去处", "邻里多搭手 社区少跑腿")
ARTICLE = """\
今年以来，{name}按照居民议定的办法记录好事、评议积分，到6月底已有\
{{credit.earners|area={name}|as_of=2022-06-30}}名居民参加。
# 记得清楚，人人看得见。一是当天登记。记录员在窗口和活动现场登记，5月申报\
{{credit.claims|area={name}|month=2022-05|as_of=2022-06-30}}件。二是两人评议。申报人和同户的人回避，\
通过率{{credit.approval|area={name}|month=2022-05|as_of=2022-06-30}}%。三是公示再记。公示期满没有异议才记入，\
5月记入{{credit.points_awarded|area={name}|month=2022-05|as_of=2022-06-30}}分。
# 换得方便，人人用得上。一是就近兑换。信用超市设在社区服务点，5月兑换\
{{credit.redemptions|area={name}|month=2022-05|as_of=2022-06-30}}次。二是明码标分。每件商品标出所需积分，\
5月用去{{credit.points_spent|area={name}|month=2022-05|as_of=2022-06-30}}分。
表：{name}各月情况
| 月份 | 申报（件） | 记入（分） | 兑换（次） |
{months}
下一步，把公示贴到每个楼栋，方便不用手机的居民查看和提意见。"""
MONTH = (
    "| {n}月 | {{credit.claims|area={name}|month=2022-0{n}|as_of=2022-06-30}} "
    "| {{credit.points_awarded|area={name}|month=2022-0{n}|as_of=2022-06-30}} "
    "| {{credit.redemptions|area={name}|month=2022-0{n}|as_of=2022-06-30}} |"
)
LEAD = """\
今年上半年，{name}把工作办法写成规则，记录由工作人员和居民共同留下，本文的数字都从记录中数出。
柱图：各社区居民申报（件）
| 社区 | 申报 |
{places}
"""


def write_for_the_office(users: Mapping[str, UUID], names: Sequence[str], day: date) -> None:
    """Issue what the communities submitted, and begin the half-year's review."""
    clerk = directory.actor_of(users["lingbei-clerk"])
    leader = directory.actor_of(users["lingbei-leader"])
    office = directory.area(leader.area_id) if leader.area_id else directory.area_named(names[0])
    issue = bulletins.draft(actor=clerk, key="demo-exchange", text=_exchange(office, names, day))
    bulletins.check(
        actor=leader,
        key="demo-exchange-check",
        bulletin_id=issue.id,
        expected_version=issue.version,
    )
    if not paper.lacking():
        bulletins.issue(
            actor=leader,
            key="demo-exchange-issue",
            bulletin_id=issue.id,
            expected_version=issue.version,
            address=ADDRESS.format(id=issue.id),
        )
    with acting_as(clerk):
        sections = bulletins_queries.review(clerk, office, day)
    places = "\n".join(f"| {name} | {{credit.claims|area={name}|period=2022}} |" for name in names)
    review = Draft(
        area_id=office.id,
        masthead="年度综述",
        issuer=office.name,
        title=f"件件有记录 分分有来处\n——2022年上半年{office.name}工作综述",
        day=day,
        body=LEAD.format(name=office.name, places=places)
        + sections
        + "继续把每一件事记清楚、办到底。",
        form=Form.REVIEW,
        submitted_by=office.name,
    )
    bulletins.draft(actor=clerk, key="demo-review", text=review)


def _exchange(office: AreaRow, names: Sequence[str], day: date) -> Draft:
    first, *more = (
        Submitted(title, f"{name}居民委员会", _article(name))
        for title, name in zip(TITLES, names, strict=True)
    )
    return Draft(
        area_id=office.id,
        masthead=EXCHANGE,
        issuer=office.name,
        title=first.title,
        submitted_by=first.submitted_by,
        body=first.body,
        articles=tuple(more),
        day=day,
        note=f"6月底，{office.name}请{'、'.join(names)}交流了办法和做法。现将三份材料刊出，供参考。",
        report_to=f"{office.name}党工委。",
        send_to="各社区（村）。",
        distribute_to="各网格，并在公开栏张贴。",
        box=True,
    )


def _article(name: str) -> str:
    months = "\n".join(MONTH.format(n=n, name=name) for n in (4, 5, 6))
    return ARTICLE.format(name=name, months=months)
