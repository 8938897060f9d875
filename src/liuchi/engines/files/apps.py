"""Registers what files journals."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.files.facts import ENTRIES, FACTS
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries


class FilesConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.files"
    label = "files"

    def ready(self) -> None:
        """Register fact kinds."""
        registry.register_fact_kind(*FACTS)
        register_entries(ENTRIES)
