"""Registers what cases adds to playbooks, the journal, indicators and imports."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.cases import facts, measures, rules, spec
from liuchi.engines.cases.rules import examples
from liuchi.engines.cases.rules.matter_lists import MATTER_FIELDS, MATTERS
from liuchi.engines.files.rules import ImportTarget, register_target
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries


class CasesConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.cases"
    label = "cases"

    def ready(self) -> None:
        """Register the section, fact kinds, measures and what may be imported."""
        registry.register_section(
            registry.Section(
                name="cases",
                model=spec.CasesSpec,
                title=Sentence("事项", "Cases"),
                checks=spec.CHECKS,
                lints=spec.LINTS,
                explain=spec.explain,
                tables=spec.TABLES,
                asks=spec.asks,
            )
        )
        registry.register_example_runner(*examples.RUNNERS, rules.NUMBERS_RUNNER)
        registry.register_flow_target(
            registry.FlowTarget(
                spec.REPORT_TARGET, Sentence("立为事项", "open a matter"), spec.ReportArguments
            )
        )
        # Actions hold models, which Django has only now.
        from liuchi.engines.cases.actions.matter_lists import MatterWork  # noqa: PLC0415

        register_target(
            ImportTarget(
                MATTERS,
                Sentence("事项清单", "List of matters"),
                MATTER_FIELDS,
                run_verb="cases.report.make",
                undo_verb="cases.report.make",
                work=MatterWork(),
            )
        )
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
        register_entries(facts.ENTRIES)
        registry.register_house_set(*measures.HOUSE_SETS)
