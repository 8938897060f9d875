"""What several tables of points have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q


def to(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key that keeps what it points to and makes no index of its own."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


def one_of(column: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    """Return the constraint that a column holds one of an enum's words."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [str(word) for word in words]}), name=name
    )


def pair(when: str, who: str, name: str) -> models.CheckConstraint:
    """Both or neither: nothing happens at no time, or by nobody."""
    return models.CheckConstraint(
        condition=Q(**{f"{when}__isnull": True, f"{who}__isnull": True})
        | Q(**{f"{when}__isnull": False, f"{who}__isnull": False}),
        name=name,
    )
