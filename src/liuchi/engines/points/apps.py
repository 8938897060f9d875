"""Registers what points adds to playbooks, the journal and indicators."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.files.rules import ImportTarget, register_target
from liuchi.engines.journal.scope import read_inner_by
from liuchi.engines.points import facts, measures, rules, spec
from liuchi.engines.points.rules.paper_entries import PAPER_ENTRIES, PAPER_ENTRY_FIELDS
from liuchi.engines.points.rules.targets import (
    GOODS,
    GOODS_FIELDS,
    OFFICIAL_GRADE_FIELDS,
    OFFICIAL_GRADES,
    OPENING_BALANCES,
    OPENING_FIELDS,
)
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries
from liuchi.playbooks.row_sources import RowSource, register_row_source


class PointsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.points"
    label = "points"

    def ready(self) -> None:
        """Register the section, its examples, fact kinds, measures and what may be imported."""
        read_inner_by(spec.READ_INTERNAL)
        registry.register_section(
            registry.Section(
                name="points",
                model=spec.PointsSpec,
                title=Sentence("积分", "Points"),
                lints=spec.LINTS,
                checks=spec.CHECKS,
                explain=spec.explain,
                tables=spec.TABLES,
                read_by=spec.read_by,
                asks=spec.asks,
            )
        )
        registry.register_example_runner(*rules.RUNNERS)
        registry.register_flow_target(
            registry.FlowTarget(
                spec.CLAIM_TARGET, Sentence("申报积分", "claim points"), spec.ClaimArguments
            )
        )
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
        register_entries(facts.ENTRIES)
        register_row_source(_redeemed())
        for target in _import_targets():
            register_target(target)


def _redeemed() -> RowSource:
    from liuchi.engines.points.queries.public_shop import redeemed_between  # noqa: PLC0415

    return RowSource(
        "points.redeemed",
        Sentence("积分兑换公开", "what was redeemed"),
        {
            "month": Sentence("月份", "month"),
            "goods": Sentence("商品", "goods"),
            "pieces": Sentence("件数", "pieces"),
            "points": Sentence("积分", "points"),
        },
        redeemed_between,
    )


def _import_targets() -> tuple[ImportTarget, ...]:
    # Actions hold models, which Django has only now.
    from liuchi.engines.points.actions.goods import GoodsWork  # noqa: PLC0415
    from liuchi.engines.points.actions.official_grades import (  # noqa: PLC0415
        OfficialGradesWork,
    )
    from liuchi.engines.points.actions.openings import OpeningsWork  # noqa: PLC0415
    from liuchi.engines.points.actions.paper_entries import (  # noqa: PLC0415
        PaperEntriesWork,
    )

    return (
        ImportTarget(
            GOODS,
            Sentence("超市商品", "Goods of a shop"),
            GOODS_FIELDS,
            run_verb="points.stock.write",
            undo_verb="points.stock.write",
            work=GoodsWork(),
        ),
        ImportTarget(
            OPENING_BALANCES,
            Sentence("期初积分", "Opening balances"),
            OPENING_FIELDS,
            run_verb="points.claim.propose",
            undo_verb="points.claim.propose",
            work=OpeningsWork(),
        ),
        ImportTarget(
            PAPER_ENTRIES,
            Sentence("积分登记簿", "Entries of a paper book"),
            PAPER_ENTRY_FIELDS,
            run_verb="points.claim.propose",
            undo_verb="points.claim.propose",
            work=PaperEntriesWork(),
        ),
        ImportTarget(
            OFFICIAL_GRADES,
            Sentence("官方等级", "Official grades"),
            OFFICIAL_GRADE_FIELDS,
            run_verb="points.grade.write",
            undo_verb="points.grade.write",
            work=OfficialGradesWork(),
        ),
    )
