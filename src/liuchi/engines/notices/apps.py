"""Registers the engine ``notices``."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.notices"
    label = "notices"
