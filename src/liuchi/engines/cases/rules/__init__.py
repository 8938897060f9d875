"""Pure decisions about cases: who may take which step, and by when."""

from liuchi.engines.cases.rules.lifecycle import (
    LIFECYCLE,
    Move,
    lifecycle_markdown,
    move,
    pairs,
    refusal,
)

__all__ = ["LIFECYCLE", "Move", "lifecycle_markdown", "move", "pairs", "refusal"]
