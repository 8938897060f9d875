"""The small world of points: two communities and who works there."""

from __future__ import annotations

from engines.points.conftest import db, placed, world

__all__ = ["db", "placed", "world"]
