"""Runs a playbook's examples of disclosures against the rules, without any database.

What the public reads: ``given: {cells: {…}}``, ``when: {disclosures.publish: {item}}``, then the
cells by column code, or ``{found: [kinds]}`` where the scan finds something.
When it is due: ``when: {disclosures.due: {item, on, today, released}}``, then ``{due, standing}``.
Who releases: ``given: {prepared: [names]}``, ``when: {disclosures.release: {item, by}}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from liuchi.engines.disclosures.enums import PostingState, PostingVerb
from liuchi.engines.disclosures.rules.cells import read_row
from liuchi.engines.disclosures.rules.due import Posted, due_on, period_of, standing_of
from liuchi.engines.disclosures.rules.lifecycle import may_move
from liuchi.engines.disclosures.rules.masking import public_form
from liuchi.engines.disclosures.rules.releasing import scan_posting
from liuchi.engines.disclosures.spec import DisclosuresSpec, ItemSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import ExampleRunner

_PEOPLE = UUID("00000000-0000-7000-8000-000000d15c10")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _PublishGiven(_Shape):
    cells: Mapping[str, str | int | float | date]
    note: str = ""


class _ItemWhen(_Shape):
    item: str


class _DueGiven(_Shape):
    rows: int = 1
    rows_before: int | None = None
    malformed: int = 0


class _DueWhen(_ItemWhen):
    on: date
    today: date
    released: date | None = None


class _ReleaseGiven(_Shape):
    prepared: tuple[str, ...] = ()
    state: PostingState = PostingState.SUBMITTED


class _ReleaseWhen(_ItemWhen):
    by: str


def run_publish(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of what the public reads of a row."""
    item = _item(section, _ItemWhen.model_validate(when).item)
    held = _PublishGiven.model_validate(given)
    if item is None:
        return {"refused": "no_such_item"}
    row, wrong = read_row(item, held.cells)
    if wrong:
        return {"wrong": [code for code, _ in wrong]}
    found = scan_posting(item, [row], note=held.note)
    if found:
        return {"found": [str(each.kind) for each in found]}
    form = public_form(item, [row], held.note)
    return {
        "left_out": [c.code for c in item.columns if c not in item.public_columns],
        **{column.code: text for column, text in zip(form.columns, form.rows[0], strict=True)},
    }


def run_due(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of when an item is due and how a village stands."""
    asked, held = _DueWhen.model_validate(when), _DueGiven.model_validate(given)
    item = _item(section, asked.item)
    if item is None:
        return {"refused": "no_such_item"}
    first, _ = period_of(item, asked.on)
    before = None if held.rows_before is None else Posted(date.min, date.min, held.rows_before)
    posted = Posted(first, asked.released, held.rows, held.malformed)
    cell = standing_of(item, first, posted, before, asked.today)
    return {
        "due": due_on(item, first).isoformat(),
        "standing": None if cell is None else str(cell.standing),
    }


def run_release(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of who may release."""
    asked, held = _ReleaseWhen.model_validate(when), _ReleaseGiven.model_validate(given)
    if _item(section, asked.item) is None:
        return {"refused": "no_such_item"}
    decision = may_move(
        held.state,
        PostingVerb.RELEASE,
        actor_id=uuid5(_PEOPLE, asked.by),
        preparers=[uuid5(_PEOPLE, name) for name in held.prepared],
    )
    return {"allowed": True} if decision.allowed else {"refused": decision.reason_code}


def _item(section: BaseModel, code: str) -> ItemSpec | None:
    return DisclosuresSpec.model_validate(section).item(code)


RUNNERS = (
    ExampleRunner("disclosures.publish", Sentence("公开一行", "publishing a row"), run_publish),
    ExampleRunner("disclosures.due", Sentence("到期情况", "what is due"), run_due),
    ExampleRunner("disclosures.release", Sentence("发布", "releasing"), run_release),
)
