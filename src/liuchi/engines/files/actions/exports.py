"""What leaves the house as a file is journalled: who took which list, and how long it was."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.files.facts import LIST_EXPORTED, ExportData
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id


def export_list(*, actor: Actor, key: str, listing: str, rows: int) -> UUID:
    """Journal that a list left the house: who took it, which list, how many rows.

    Asks no verb of its own: whoever may read a list on screen may carry it away, and the
    query that read it has decided that. Returns the id of the export.
    """
    export_id = new_id()
    with acting_as(actor):
        done = once(
            f"files.export_list:{actor.id}", key, {"listing": listing, "rows": rows}, export_id
        )
        if done is not None:
            return done
        record(
            LIST_EXPORTED.kind,
            actor=actor,
            subject_kind="export",
            subject_id=export_id,
            area_id=actor.area_id,
            data=ExportData(listing=listing, rows=rows),
        )
    return export_id
