"""What an enterprise looks for in one place: policies, how to apply, who got what, complaining."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from liuchi.engines.cases.enums import Channel
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.enums import Audience
from liuchi.engines.disclosures.queries import PublicItem, PublicPostingRow
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.surfaces.components import disclosed, reports
from liuchi.surfaces.components.access import public
from liuchi.surfaces.components.disclosed import Told, period_words
from liuchi.surfaces.components.flow_chart import Step, drawn, steps_of

ROWS = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """An item for enterprises: its policies, its steps, and the newest list of what was paid."""

    item: ItemSpec
    chart: SafeString
    steps: tuple[Step, ...]
    posting: PublicPostingRow | None
    period: str
    rows: tuple[Told, ...]

    @property
    def more(self) -> int:
        """How many rows the list has besides those shown."""
        return 0 if self.posting is None else self.posting.row_count - len(self.rows)


@public
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show policies, application steps and award lists, and where to complain."""
    area = directory.area_by_slug(code)
    meant = [
        each
        for each in disclosures.public_items(area.id)
        if each.row.spec.audience is Audience.ENTERPRISES
    ]
    spec = reports.spec_at(area) if area.kind.is_village else None
    context = {
        "area": area,
        "offers": [_offer(area, each) for each in meant],
        "takes_enterprises": reports.is_open_to(spec, Channel.ENTERPRISE),
        "takes_reports": reports.is_open_to(spec, Channel.ANONYMOUS),
    }
    return TemplateResponse(request, "portal/business.html", context)


def _offer(area: AreaRow, each: PublicItem) -> Offer:
    item = each.row.spec
    newest = disclosures.public_postings(area.id, item_code=item.code, limit=1).rows
    posting = next(iter(newest), None)
    rows: tuple[Told, ...] = ()
    if posting is not None:
        detail = disclosures.public_posting(posting.id)
        held, _more = disclosures.public_rows(posting.id, limit=ROWS)
        rows = tuple(disclosed.told(detail.columns, row) for row in held)
    period = "" if posting is None else period_words(posting.first, posting.end)
    return Offer(item, drawn(item.procedure), steps_of(item.procedure), posting, period, rows)
