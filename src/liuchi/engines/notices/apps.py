"""Django's handle on the engine. It journals nothing: notices follow from facts."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.notices"
    label = "notices"
