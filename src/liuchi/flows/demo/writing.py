"""Bulletins of the demo: one issued by each community, one still being written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from liuchi.engines.bulletins import actions as bulletins
from liuchi.engines.bulletins.actions import Draft
from liuchi.engines.directory import queries as directory
from liuchi.flows.demo.playing import Playing
from liuchi.kernel import paper

MASTHEAD = "信用社区建设简报"
ADDRESS = "http://127.0.0.1:8000/verify/{id}/"
BODY = """\
截至2022年5月26日，{{credit.redeemers|area={name}|as_of=2022-05-26}}名居民用积分兑换了礼品，\
参加的人一直在增加。
一、做好事有记录
5月，居民申报{{credit.claims|area={name}|month=2022-05|as_of=2022-06-30}}件，\
评议通过率为{{credit.approval|area={name}|month=2022-05|as_of=2022-06-30}}%，\
记入积分{{credit.points_awarded|area={name}|month=2022-05|as_of=2022-06-30}}分。
（一）当天记。记录员在窗口和活动现场登记，居民也可以用手机自己申报。
（二）两人审。申报人和同户的人不参加评议，评议意见写明理由。
二、积分换得到东西
5月，居民兑换{{credit.redemptions|area={name}|month=2022-05|as_of=2022-06-30}}次，\
用去积分{{credit.points_spent|area={name}|month=2022-05|as_of=2022-06-30}}分。
三、下一步
把公示贴到每个楼栋，方便不用手机的居民查看和提意见。"""


def write_bulletins(playings: Sequence[Playing], day: date) -> None:
    """Write, check and issue; where the machine cannot print, it stays checked."""
    for playing in playings:
        slug, players = playing.community.slug, playing.players
        name = playing.community.name
        row = bulletins.draft(
            actor=players.recorder, key=f"demo-bulletin-{slug}", text=_half_year(name, day)
        )
        bulletins.check(
            actor=players.secretary,
            key=f"demo-check-{slug}",
            bulletin_id=row.id,
            expected_version=row.version,
        )
        if not paper.lacking():
            bulletins.issue(
                actor=players.secretary,
                key=f"demo-issue-{slug}",
                bulletin_id=row.id,
                expected_version=row.version,
                address=ADDRESS.format(id=row.id),
            )
        bulletins.draft(actor=players.recorder, key=f"demo-next-{slug}", text=_next(name, day))


def _half_year(name: str, day: date) -> Draft:
    return Draft(
        area_id=directory.area_named(name).id,
        masthead=MASTHEAD,
        issuer=name,
        title="好事有记录，积分换得到东西",
        day=day,
        body=BODY.format(name=name),
        note="文中数字都可以查到来源。",
        submitted_by=f"{name}居民委员会",
        report_to="办事处。",
        distribute_to="各网格。",
    )


def _next(name: str, day: date) -> Draft:
    """A bulletin still being written: its figure is of today, and so may yet move."""
    return Draft(
        area_id=directory.area_named(name).id,
        masthead=MASTHEAD,
        issuer=name,
        title="夏季志愿服务安排",
        day=day,
        body="到目前，居民共申报{credit.claims}件。\n一、清扫\n每周六上午分3组清扫。",
    )
