"""Registers what visits adds to playbooks, the journal, indicators and imports."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.files.rules import ImportTarget, register_target
from liuchi.engines.visits import facts, measures, spec
from liuchi.engines.visits.rules.examples import RUNNERS
from liuchi.engines.visits.rules.link_lists import LINK_FIELDS, LINK_LIST
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_census, register_entries


class VisitsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.visits"
    label = "visits"

    def ready(self) -> None:
        """Register the sections, their examples, facts, measures and what may be imported."""
        registry.register_section(
            registry.Section(
                name="links",
                model=spec.LinksSpec,
                title=Sentence("联系结对", "Links"),
                lints=spec.LINK_LINTS,
                checks=spec.LINK_CHECKS,
                explain=spec.explain_links,
                asks=spec.link_asks,
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
                asks=spec.patrol_asks,
            )
        )
        registry.register_example_runner(*RUNNERS)
        # Actions hold models, which Django has only now.
        from liuchi.engines.visits.actions.link_lists import LinkWork  # noqa: PLC0415
        from liuchi.engines.visits.queries import links_in_force  # noqa: PLC0415

        register_target(
            ImportTarget(
                LINK_LIST,
                Sentence("联系结对清单", "List of links"),
                LINK_FIELDS,
                run_verb="visits.link.write",
                undo_verb="visits.link.write",
                work=LinkWork(),
            )
        )
        registry.register_fact_kind(*facts.KINDS)
        registry.register_measures(*measures.MEASURES)
        register_entries(facts.ENTRIES)
        register_census(spec.CENSUS, links_in_force)
