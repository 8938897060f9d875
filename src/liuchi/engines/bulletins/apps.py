"""Registers the engine ``bulletins``."""

from __future__ import annotations

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.bulletins"
    label = "bulletins"
