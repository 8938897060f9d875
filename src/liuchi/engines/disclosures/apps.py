"""Registers what disclosures adds to playbooks, the journal and indicators."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.disclosures import facts, measures, spec
from liuchi.engines.disclosures.rules.examples import RUNNERS
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries
from liuchi.playbooks.row_sources import RowSource, register_row_source


class DisclosuresConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.disclosures"
    label = "disclosures"

    def ready(self) -> None:
        """Register the section, its examples, fact kinds and measures."""
        registry.register_section(
            registry.Section(
                name="disclosures",
                model=spec.DisclosuresSpec,
                title=Sentence("公示", "Disclosures"),
                lints=spec.LINTS,
                checks=spec.CHECKS,
                explain=spec.explain,
                asks=spec.asks,
            )
        )
        registry.register_example_runner(*RUNNERS)
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
        register_entries(facts.ENTRIES)
        register_row_source(_reviews())


def _reviews() -> RowSource:
    # Queries hold models, which Django has only now.
    from liuchi.engines.disclosures.queries import reviews_between  # noqa: PLC0415

    return RowSource(
        "disclosures.reviews",
        Sentence("监督委员会的审查", "reviews by the committee"),
        {
            "month": Sentence("月份", "month"),
            "income": Sentence("收入（元）", "income (yuan)"),
            "spending": Sentence("支出（元）", "spending (yuan)"),
            "result": Sentence("审查结果", "outcome"),
        },
        reviews_between,
    )
