"""Registers what visits adds to playbooks, the journal and indicators."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.visits import facts, measures, spec
from liuchi.engines.visits.rules.examples import RUNNERS
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry


class VisitsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.visits"
    label = "visits"

    def ready(self) -> None:
        """Register the sections, their examples, fact kinds and measures."""
        registry.register_section(
            registry.Section(
                name="links",
                model=spec.LinksSpec,
                title=Sentence("联系结对", "Links"),
                lints=spec.LINK_LINTS,
                checks=spec.LINK_CHECKS,
                explain=spec.explain_links,
            )
        )
        registry.register_section(
            registry.Section(
                name="patrols",
                model=spec.PatrolsSpec,
                title=Sentence("巡查", "Patrols"),
                lints=spec.PATROL_LINTS,
                checks=spec.PATROL_CHECKS,
                explain=spec.explain_patrols,
            )
        )
        registry.register_example_runner(*RUNNERS)
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
