"""The section ``cases`` of a playbook: shape, checks and plain words."""

from liuchi.kernel.durations import Duration as Limit

__all__ = ["Limit"]
