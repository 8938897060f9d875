"""Registers the engine ``collect``."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.collect import facts
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries, register_open_asks


class CollectConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.collect"
    label = "collect"

    def ready(self) -> None:
        """Register the kinds of fact, what is an entry by hand, and what tables ask now."""
        # Queries hold models, which Django has only now.
        from liuchi.engines.collect.queries import asking_now  # noqa: PLC0415

        registry.register_fact_kind(*facts.KINDS)
        register_entries(facts.ENTRIES)
        register_open_asks("collect", asking_now)
