"""Registers what cases adds to playbooks, the journal and indicators."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.cases import facts, measures, spec
from liuchi.engines.cases.rules import examples
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry


class CasesConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.cases"
    label = "cases"

    def ready(self) -> None:
        """Register the section, fact kinds and measures."""
        registry.register_section(
            registry.Section(
                name="cases",
                model=spec.CasesSpec,
                title=Sentence("事项", "Cases"),
                checks=spec.CHECKS,
                lints=spec.LINTS,
                explain=spec.explain,
                tables=spec.TABLES,
            )
        )
        registry.register_example_runner(*examples.RUNNERS)
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
        registry.register_house_set(*measures.HOUSE_SETS)
