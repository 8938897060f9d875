"""Who keeps the figures rolled up."""

from __future__ import annotations

from uuid import UUID

from liuchi.kernel.actors import system_actor

READ = "indicators.figure.read"
TRACE = "indicators.figure.trace"
SCREEN = "indicators.screen.write"
"""Letting a hall see a place's figures; whoever holds it sees the addresses, which are keys."""
INDICATORS_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-696e64696361")
KEEPER = system_actor(INDICATORS_ACTOR_ID, READ)
"""Who rolls figures up behind the journal and counts a few of them again each night."""
