"""Public notices, objecting to an item, and asking how an objection stands: open to everybody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import NoticeSheet, Receipt, ReceiptRow
from liuchi.surfaces.api import shapes
from liuchi.surfaces.api.routes import LIMIT_DEFAULT, PUBLIC, After, Key, Limit, read, write
from liuchi.surfaces.components.objections import address_of

router = Router(tags=["notices"])


@read(
    router,
    "/areas/{area_id}/notice-sheets",
    access=PUBLIC,
    gives=shapes.Page[shapes.NoticeSheetRow],
)
def list_notice_sheets(
    request: HttpRequest,
    area_id: UUID,
    running: bool | None = None,  # noqa: FBT001  a filter of the address
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List the numbered notices of a village, newest first; those that run, or are over."""
    area = directory.area(area_id)
    return points.notice_sheets(area.id, running=running, after=after, limit=limit)


@read(router, "/notice-sheets/{sheet_id}", access=PUBLIC, gives=shapes.NoticeSheet)
def get_notice_sheet(request: HttpRequest, sheet_id: UUID) -> NoticeSheet:
    """Get one notice: masked names while it runs, numbers afterwards."""
    return points.notice(sheet_id)


@write(router, "/notice-sheets/{sheet_id}/objections", access=PUBLIC, gives=shapes.Receipt)
def object_to(
    request: HttpRequest, sheet_id: UUID, body: shapes.ObjectionTaken, key: Key
) -> Receipt:
    """Object to an item of a notice, without an account or a name."""
    return points_actions.object_to(
        key=key,
        sheet_id=sheet_id,
        place=body.place,
        text=body.text,
        contact=body.contact,
        address=address_of(request),
    )


@read(router, "/objections/{receipt}", access=PUBLIC, gives=shapes.Objection)
def get_objection(request: HttpRequest, receipt: str) -> ReceiptRow:
    """Get how an objection stands, by the code of its receipt."""
    return points.objection_by_code(receipt)
