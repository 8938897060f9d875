"""The verbs of collecting."""

from __future__ import annotations

READ = "collect.table.read"
SEND = "collect.table.send"
FILL = "collect.reply.fill"
PAGE_MAX = 200


def page_size(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))
