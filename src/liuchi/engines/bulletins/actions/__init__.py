"""All writes of bulletins."""

from __future__ import annotations

from liuchi.engines.bulletins.actions.issuing import check, issue
from liuchi.engines.bulletins.actions.writing import (
    ARTICLES_MAX,
    Draft,
    Submitted,
    accept_figure,
    draft,
    edit,
    renew_figures,
)

__all__ = [
    "ARTICLES_MAX",
    "Draft",
    "Submitted",
    "accept_figure",
    "check",
    "draft",
    "edit",
    "issue",
    "renew_figures",
]
