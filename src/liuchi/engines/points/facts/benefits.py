"""Providers, benefits and their use."""

from __future__ import annotations

from liuchi.playbooks.registry import FactKind

KINDS: tuple[FactKind, ...] = ()
