"""Villages × items on one map, a group of items at a time: what is wrong first."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.enums import Standing
from liuchi.engines.disclosures.queries import HeatMap
from liuchi.engines.disclosures.rules import Cell
from liuchi.engines.disclosures.spec import STANDING_WORDS, ItemSpec
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words, with_mark
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing
from liuchi.surfaces.desk.disclosed.lists import READ, WRITE, place_of

WRONG = frozenset({Standing.MISSING, Standing.LATE, Standing.THIN, Standing.MALFORMED})
WRONG_SHOWN = 40
Group = tuple[str, str]
"""A playbook and the code of a group of its items."""


@requires(READ)
@takes_post
def heat_map(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Show villages × the items of a group: colours with words, in the directory's order.

    One group at a time fits on a screen, thirty items do not. Nobody is ranked.
    """
    with reading(request):
        shown = disclosures.heat_map(request.actor, place_of(request.actor))
        models = disclosures.models_standing([each.id for each in shown.villages])
    groups = _groups(shown)
    group = _asked(request, shown, groups)
    may_write = request.actor.may(WRITE).allowed
    listing = Listing(
        "disclosure-map",
        _("各村各事项"),
        (
            Column(
                _("村（社区）"),
                lambda row: with_mark(row.name, is_model=row.id in models),
                url=lambda row: reverse("desk-disclosure-village-items", args=[row.id]),
            ),
            *(
                _item_column(shown, playbook, item, may_write=may_write)
                for playbook, item in shown.items
                if (playbook, item.group) == group
            ),
        ),
        tables.short(lambda: shown.villages),
        empty=_("这里的工作法没有公示事项。"),
        paged=False,
    )
    if request.method == "POST":
        return excel.download(request, listing)
    counts, wrong = shown.counts, _wrong(shown, group, may_write=may_write)
    context = {
        "table": tables.shown(request, listing),
        "on": shown.on,
        "counts": [(each, say(STANDING_WORDS[each]), counts[each]) for each in Standing],
        "groups": [
            (urlencode({"group": "/".join(each)}), title, each == group, _is_wrong(shown, each))
            for each, title in groups.items()
        ],
        "models": [each.name for each in shown.villages if each.id in models],
        "wrong": wrong[:WRONG_SHOWN],
        "more": max(0, len(wrong) - WRONG_SHOWN),
    }
    return TemplateResponse(request, "desk/disclosed/map.html", context)


def _groups(shown: HeatMap) -> dict[Group, str]:
    """Return the groups that have something on the map, in the playbooks' order."""
    there = {(playbook, item.group) for playbook, item in shown.items}
    return {each: title for each, title in shown.groups.items() if each in there}


def _asked(request: SeatedRequest, shown: HeatMap, groups: dict[Group, str]) -> Group:
    """Return the group an address asks for, or else the first where something is wrong."""
    playbook, _slash, code = request.GET.get("group", "").partition("/")
    if (playbook, code) in groups:
        return playbook, code
    first = next((each for each in groups if _is_wrong(shown, each)), None)
    return first or next(iter(groups), ("", ""))


def _is_wrong(shown: HeatMap, group: Group) -> bool:
    codes = {item.code for playbook, item in shown.items if (playbook, item.group) == group}
    return any(
        key[1] == group[0] and key[2] in codes and cell.standing in WRONG
        for key, cell in shown.cells.items()
    )


def _wrong(shown: HeatMap, group: Group, *, may_write: bool) -> list[dict[str, object]]:
    """Return what is wrong in a group, village by village as the directory has them."""
    return [
        {
            "village": village.name,
            "title": item.title,
            "period": period_words(cell.first, cell.end),
            "standing": cell.standing,
            "words": _words(cell),
            "url": _address(village.id, playbook, item, cell, may_write=may_write),
        }
        for village in shown.villages
        for playbook, item in shown.items
        if (playbook, item.group) == group
        and (cell := shown.cells.get((village.id, playbook, item.code))) is not None
        and cell.standing in WRONG
    ]


def _item_column(
    shown: HeatMap, playbook: str, item: ItemSpec, *, may_write: bool
) -> Column[AreaRow]:
    def cell(village: AreaRow) -> Cell | None:
        return shown.cells.get((village.id, playbook, item.code))

    def words(village: AreaRow) -> str:
        held = cell(village)
        return "—" if held is None else _words(held)

    def look(village: AreaRow) -> str:
        held = cell(village)
        return "" if held is None else f"l-standing is-{held.standing}"

    def url(village: AreaRow) -> str:
        held = cell(village)
        if held is None:
            return ""
        return _address(village.id, playbook, item, held, may_write=may_write)

    return Column(item.title, words, look=look, url=url)


def _words(cell: Cell) -> str:
    late = cell.late and cell.standing is not Standing.LATE
    return say(STANDING_WORDS[cell.standing]) + (str(_("（迟）")) if late else "")


def _address(
    village_id: UUID, playbook: str, item: ItemSpec, cell: Cell, *, may_write: bool
) -> str:
    """Return where a cell leads: to the posting, or to beginning it where there is none."""
    if cell.posting_id is not None:
        return reverse("desk-disclosure", args=[cell.posting_id])
    if not may_write:
        return ""
    asked = {"item": f"{playbook}/{item.code}", "area": str(village_id), "on": str(cell.first)}
    return f"{reverse('desk-disclosure-new')}?{urlencode(asked)}"
