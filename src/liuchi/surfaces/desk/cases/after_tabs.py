"""The tabs over everything that comes after closing, for whoever may open them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.surfaces.components.seats import SeatedRequest

CHECK = "cases.case.check"
READ = "cases.case.read"
_TABS = (
    ("desk-rechecks", _("复查"), CHECK),
    ("desk-checks", _("抽查"), CHECK),
    ("desk-call-backs", _("回访"), CHECK),
    ("desk-draws", _("抽取记录"), CHECK),
    ("desk-registers", _("销号台账"), READ),
    ("desk-exclusions", _("剔除台账"), READ),
)


@dataclass(frozen=True, slots=True)
class AfterTab:
    """One tab; ``is_current`` is the page shown."""

    url: str
    title: Promise
    is_current: bool


def after_tabs(request: SeatedRequest) -> tuple[AfterTab, ...]:
    """Return the tabs of this person, the page's own marked."""
    return tuple(
        AfterTab(reverse(name), title, request.path == reverse(name))
        for name, title, verb in _TABS
        if request.actor.may(verb).allowed
    )
