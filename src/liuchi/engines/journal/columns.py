"""What tables of several engines have in common: how they point, what a column may hold."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q


def to(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key that keeps what it points to and makes no index of its own."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


def one_of(column: str, words: Iterable[StrEnum], name: str, *more: str) -> models.CheckConstraint:
    """Return the constraint that a column holds one of an enum's words, or one of ``more``."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [*more, *(str(word) for word in words)]}), name=name
    )


def both(name: str, first: str, *others: str) -> models.CheckConstraint:
    """All of the columns are filled, or none: nothing happens at no time, or by nobody."""
    columns = (first, *others)
    return models.CheckConstraint(
        condition=Q(**{f"{each}__isnull": True for each in columns})
        | Q(**{f"{each}__isnull": False for each in columns}),
        name=name,
    )
