"""Registers the engine ``bulletins``."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.bulletins import facts
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries


class BulletinsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.bulletins"
    label = "bulletins"

    def ready(self) -> None:
        """Register the kinds of fact."""
        registry.register_fact_kind(*facts.KINDS)
        register_entries(facts.ENTRIES)
