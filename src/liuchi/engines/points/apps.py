"""Registers what points adds to playbooks, the journal and indicators."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.points import facts, measures, rules, spec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry


class PointsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.points"
    label = "points"

    def ready(self) -> None:
        """Register the section, its examples, the fact kinds and what may be counted."""
        registry.register_section(
            registry.Section(
                name="points",
                model=spec.PointsSpec,
                title=Sentence("积分", "Points"),
                lints=spec.LINTS,
                checks=spec.CHECKS,
                explain=spec.explain,
            )
        )
        registry.register_example_runner(*rules.RUNNERS)
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
