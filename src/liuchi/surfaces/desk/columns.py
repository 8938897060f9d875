"""The columns of the desk's lists: of the table on screen and of the sheet alike."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.bulletins.queries import BulletinRow
from liuchi.engines.directory.queries import HouseholdRow, PersonRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import (
    ChangedFact,
    Figure,
    IndicatorRow,
    Share,
    TracedFact,
)
from liuchi.engines.points.queries import (
    AppealRow,
    ApprovalRow,
    BatchRow,
    ClaimRow,
    GoodsRow,
    NoticeOnDesk,
    ObjectionRow,
    RedemptionRow,
    ShopRow,
)
from liuchi.kernel import clock
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import words
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.tables import Column, Shape
from liuchi.surfaces.components.templatetags import liuchi as written
from liuchi.surfaces.desk.import_words import Line

TAKE_DOWN_DAYS = 3
"""How long after its end a notice still asks to be taken off the board."""


def state_look(row: ClaimRow | RedemptionRow) -> str:
    """Return the class that colours a state."""
    return f"l-state is-{row.state}"


def _lines(row: IndicatorRow) -> str:
    *lines, _as_of = row.words.lines  # the last is the same for every figure: its page says it
    return (" " if written.is_english() else "").join(written.say(line) for line in lines)


PEOPLE: tuple[Column[PersonRow], ...] = (
    Column(_("姓名"), lambda row: row.name, url=lambda row: reverse("desk-person", args=[row.id])),
    Column(_("出生年份"), lambda row: row.birth_year),
    Column(_("住户"), lambda row: row.household_label),
    Column(_("网格"), lambda row: row.grid_name),
    Column(_("社区"), lambda row: row.village_name),
)

HOUSEHOLDS: tuple[Column[HouseholdRow], ...] = (
    Column(
        _("住户"), lambda row: row.label, url=lambda row: reverse("desk-household", args=[row.id])
    ),
    Column(_("住址"), lambda row: row.address_masked),
    Column(_("网格"), lambda row: row.grid_name),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("人数"), lambda row: row.size, Shape.NUMBER),
)

MEMBERS: tuple[Column[PersonRow], ...] = (
    Column(_("姓名"), lambda row: row.name, url=lambda row: reverse("desk-person", args=[row.id])),
    Column(_("性别"), lambda row: written.sex_words(row.sex)),
    Column(_("出生年份"), lambda row: row.birth_year),
)

SHOPS: tuple[Column[ShopRow], ...] = (
    Column(_("超市"), lambda row: row.name, url=lambda row: reverse("desk-counter", args=[row.id])),
    Column(_("社区"), lambda row: row.village_name),
)

SHELF: tuple[Column[GoodsRow], ...] = (
    Column(_("商品"), lambda row: row.title),
    Column(_("库存"), lambda row: row.stock, Shape.NUMBER),
    Column(_("积分"), lambda row: row.price_points, Shape.NUMBER),
)

CATALOGUE: tuple[Column[IndicatorRow], ...] = (
    Column(
        _("指标"), lambda row: row.name, url=lambda row: reverse("desk-figure", args=[row.code])
    ),
    Column(_("怎么算"), _lines, own_line=True),
    Column(_("单位"), lambda row: written.unit(row.unit)),
)

BULLETINS: tuple[Column[BulletinRow], ...] = (
    Column(
        _("题目"),
        lambda row: "".join(row.title.splitlines()),
        url=lambda row: reverse("desk-bulletin", args=[row.id]),
    ),
    Column(_("刊头"), lambda row: row.masthead),
    Column(_("期数"), lambda row: "—" if row.called is None else say(row.called)),
    Column(_("日期"), lambda row: row.day, Shape.DAY),
    Column(
        _("状态"),
        lambda row: str(words.BULLETIN_STATES[row.state]),
        look=lambda row: f"l-state is-{row.state}",
    ),
    Column(_("起草"), lambda row: row.written_by_name),
)

FACTS: tuple[Column[TracedFact], ...] = (
    Column(
        _("事实"), lambda row: row.kind_title, url=lambda row: reverse("desk-fact", args=[row.id])
    ),
    Column(_("发生时间"), lambda row: row.at, Shape.MOMENT),
    Column(_("得知时间"), lambda row: row.recorded_at, Shape.MOMENT),
    Column(_("数额"), lambda row: row.amount, Shape.NUMBER),
    Column(
        _("备注"),
        lambda row: _("同一对象，不重复算") if row.entity and not row.first_of_entity else "",
    ),
)
MEASURED: tuple[Column[TracedFact], ...] = (
    *FACTS[:3],
    Column(_("参与排序的数"), lambda row: row.measured, Shape.NUMBER),
)
"""Of a percentile: the number of each fact, in the figure's own unit."""

CHANGED: tuple[Column[ChangedFact], ...] = (
    Column(
        _("事实"),
        lambda row: row.fact.kind_title,
        url=lambda row: reverse("desk-fact", args=[row.fact.id]),
    ),
    Column(_("发生时间"), lambda row: row.fact.at, Shape.MOMENT),
    Column(_("得知时间"), lambda row: row.fact.recorded_at, Shape.MOMENT),
    Column(_("现在计不计"), lambda row: _("计入") if row.is_now else _("不再计")),
    Column(_("使数字变动"), lambda row: row.makes, Shape.NUMBER),
)

IMPORTS: tuple[Column[Line], ...] = (
    Column(
        _("文件"), lambda row: row.filename, url=lambda row: reverse("desk-import", args=[row.id])
    ),
    Column(_("种类"), lambda row: row.target),
    Column(_("时间"), lambda row: row.at, Shape.MOMENT),
    Column(_("谁"), lambda row: row.by_name),
    Column(_("新增"), lambda row: row.new, Shape.NUMBER),
    Column(_("有变化"), lambda row: row.changed, Shape.NUMBER),
    Column(_("没导入"), lambda row: row.refused, Shape.NUMBER),
    Column(
        _("状态"),
        lambda row: str(words.IMPORT_STATES[row.state]),
        look=lambda row: f"l-state is-{row.state}",
    ),
)


def claims(*, with_place: bool) -> tuple[Column[ClaimRow], ...]:
    """Return the columns of the claims queue; ``with_place`` where it spans communities."""
    place: Column[ClaimRow] = Column(_("社区"), lambda row: row.village_name)
    return (
        Column(
            _("居民"),
            lambda row: row.person_name,
            url=lambda row: reverse("desk-claim", args=[row.id]),
        ),
        *((place,) if with_place else ()),
        Column(_("项目"), lambda row: row.rule_title),
        Column(_("积分"), lambda row: row.points, Shape.POINTS),
        Column(_("哪一天"), lambda row: row.happened_on, Shape.DAY),
        Column(_("申报"), lambda row: row.proposed_by_name),
        Column(_("状态"), lambda row: written.state_words(row.state), look=state_look),
    )


def notices(*, with_place: bool, enters: bool) -> tuple[Column[NoticeOnDesk], ...]:
    """Return the columns of the notices; ``enters``: whether objections are taken down here."""
    place: Column[NoticeOnDesk] = Column(_("社区"), lambda row: row.village_name)
    entry: Column[NoticeOnDesk] = Column(
        _("代为登记"),
        lambda _row: _("登记异议"),
        url=lambda row: reverse("desk-object", args=[row.id]),
    )
    return (
        Column(
            _("期号"),
            lambda row: row.sheet.code,
            url=lambda row: reverse("portal-notice", args=[row.village_code, row.sheet.code]),
        ),
        *((place,) if with_place else ()),
        Column(_("开始"), lambda row: row.sheet.first_day, Shape.DAY),
        Column(_("到哪天"), lambda row: row.sheet.until, Shape.DAY),
        Column(_("项数"), lambda row: row.sheet.items_count, Shape.NUMBER),
        Column(
            _("状态"),
            _notice_state,
            look=lambda row: f"l-state is-{'on_notice' if row.sheet.running else 'done'}",
        ),
        Column(_("待答复异议"), lambda row: row.objections, Shape.NUMBER),
        *((entry,) if enters else ()),
    )


def _notice_state(row: NoticeOnDesk) -> object:
    if row.sheet.running:
        return _("公示中")
    just_over = (clock.today() - row.sheet.down_on).days < TAKE_DOWN_DAYS
    return _("已期满，请取下") if just_over else _("已期满")


def notice_print(row: NoticeOnDesk) -> str:
    """Return where a notice is printed; nowhere once it is over."""
    if not row.sheet.running:
        return ""
    return f"{reverse('portal-notices-print', args=[row.village_code])}?notice={row.sheet.code}"


def objections(*, with_place: bool) -> tuple[Column[ObjectionRow], ...]:
    """Return the columns of the objections. Who objected is in none: it is not known."""
    place: Column[ObjectionRow] = Column(_("社区"), lambda row: row.village_name)
    return (
        Column(
            _("公示项"),
            lambda row: f"{row.sheet.code} · {row.sheet_place}",
            url=lambda row: reverse("desk-objection", args=[row.id]),
        ),
        *((place,) if with_place else ()),
        Column(_("项目"), lambda row: row.rule_title),
        Column(_("积分"), lambda row: row.points, Shape.POINTS),
        Column(_("收到"), lambda row: row.received_at, Shape.MOMENT),
        Column(
            _("答复期限"),
            lambda row: row.due_on,
            Shape.DAY,
            look=lambda row: "l-state is-rejected" if row.overdue else "",
        ),
        Column(
            _("状态"),
            lambda row: (
                written.outcome_words(row.outcome)
                if row.outcome
                else written.objection_words(row.state)
            ),
            look=lambda row: f"l-state is-{row.state}",
        ),
    )


def redemptions(*, opens: bool) -> tuple[Column[RedemptionRow], ...]:
    """Return the columns of what was handed out; ``opens``: whether a line leads to its page."""
    return (
        Column(
            _("居民"),
            lambda row: row.person_name,
            url=lambda row: reverse("desk-redemption", args=[row.id]) if opens else "",
        ),
        Column(_("商品"), lambda row: f"{row.goods_title} × {row.quantity}"),
        Column(_("积分"), lambda row: row.points, Shape.NUMBER),
        Column(_("时间"), lambda row: row.at, Shape.MOMENT),
        Column(_("状态"), lambda row: written.state_words(row.state), look=state_look),
    )


def figures(
    title: str,
    head: str | Promise,
    of: Callable[[Figure], object],
    url: Callable[[Figure], str] | None = None,
    *,
    with_target: bool = False,
) -> tuple[Column[Figure], ...]:
    """Return the columns of a figure's breakdown: by what, how much, and how much it should be."""
    target: Column[Figure] = Column(_("目标"), _target)
    amount: Column[Figure] = Column(title, _amount, Shape.NUMBER)
    found: tuple[Column[Figure], ...] = (Column(head, of, url=url), amount)
    return (*found, target) if with_target else found


def _target(row: Figure) -> str:
    held = indicators.target(row)
    return "—" if held is None else written.bound(held)


def shares(title: str, head: Sentence) -> tuple[Column[Share], ...]:
    """Return the columns of a figure listed by a dimension."""
    return (Column(say(head), lambda row: row.words), Column(title, _amount, Shape.NUMBER))


def _amount(row: Figure | Share) -> object:
    """Return the number where it is written as one, else its text (a share, a dash)."""
    return row.value if row.value is not None and _plain(row.value) == row.text else row.text


def _plain(value: Decimal) -> str:
    return written.plain(value)


def batches(*, with_place: bool) -> tuple[Column[BatchRow], ...]:
    """Return the columns of lists and pages of books."""
    place: Column[BatchRow] = Column(_("社区"), lambda row: row.village_name)
    return (
        Column(
            _("名称"),
            lambda row: f"{row.title} {row.page}".strip(),
            url=lambda row: reverse("desk-batch", args=[row.id]),
        ),
        *((place,) if with_place else ()),
        Column(_("类型"), lambda row: words.BATCHES[row.kind]),
        Column(_("笔数"), lambda row: row.claims, Shape.NUMBER),
        Column(_("待审核"), lambda row: row.waiting, Shape.NUMBER),
        Column(_("录入"), lambda row: row.entered_by_name),
        Column(_("时间"), lambda row: row.entered_at, Shape.MOMENT),
    )


def approvals(*, with_place: bool) -> tuple[Column[ApprovalRow], ...]:
    """Return the columns of what takes two people."""
    place: Column[ApprovalRow] = Column(_("社区"), lambda row: row.village_name)
    return (
        Column(
            _("居民"),
            lambda row: row.person_name,
            url=lambda row: reverse("desk-approval", args=[row.id]),
        ),
        *((place,) if with_place else ()),
        Column(_("事项"), lambda row: words.MATTERS[row.kind]),
        Column(_("内容"), lambda row: row.rule_title or f"{row.goods_title} × {row.gift_quantity}"),
        Column(_("理由"), lambda row: row.reason),
        Column(_("提出"), lambda row: row.asked_by_name),
        Column(_("时间"), lambda row: row.asked_at, Shape.MOMENT),
        Column(_("状态"), lambda row: words.APPROVALS[row.state]),
    )


def appeals(*, with_place: bool) -> tuple[Column[AppealRow], ...]:
    """Return the columns of the appeals."""
    place: Column[AppealRow] = Column(_("社区"), lambda row: row.village_name)
    return (
        Column(
            _("居民"),
            lambda row: row.person_name,
            url=lambda row: reverse("desk-appeal", args=[row.id]),
        ),
        *((place,) if with_place else ()),
        Column(_("项目"), lambda row: row.rule_title),
        Column(_("积分"), lambda row: row.points, Shape.POINTS),
        Column(_("为什么申请复议"), lambda row: row.reason, own_line=True),
        Column(_("最迟办结"), lambda row: row.due_on, Shape.DAY),
        Column(_("状态"), lambda row: words.APPEALS[row.state]),
    )
