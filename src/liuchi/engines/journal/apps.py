"""The journal as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Registers nothing: the journal keeps other engines' facts and writes none itself."""

    name = "liuchi.engines.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
