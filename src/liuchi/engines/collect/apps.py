"""Registers the engine ``collect``."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.collect import facts
from liuchi.playbooks import registry


class CollectConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.collect"
    label = "collect"

    def ready(self) -> None:
        """Register the kinds of fact."""
        registry.register_fact_kind(*facts.KINDS)
