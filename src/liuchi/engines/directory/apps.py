"""Registers what the directory journals."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.directory.facts import FACTS
from liuchi.playbooks import registry


class DirectoryConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.directory"
    label = "directory"

    def ready(self) -> None:
        """Register fact kinds."""
        registry.register_fact_kind(*FACTS)
