"""Registers what accounts journals."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.accounts.facts import FACTS
from liuchi.playbooks import registry


class AccountsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register fact kinds."""
        registry.register_fact_kind(*FACTS)
