"""Importing organisations, known by their credit code, else by name and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.actions.places import Areas
from liuchi.engines.directory.enums import OrganizationKind
from liuchi.engines.directory.facts import (
    ORGANIZATION_REGISTERED,
    ORGANIZATION_REMOVED,
    OrganizationData,
)
from liuchi.engines.directory.models import Organization
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.actions import record
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

NAME_CHARACTERS_MAX = 80
_KINDS = {
    OrganizationKind.COMMITTEE: ("居委会", "村委会", "居民委员会", "村民委员会", "committee"),
    OrganizationKind.OFFICE: ("办事处", "机关", "政府", "站所", "事业单位", "office"),
    OrganizationKind.SHOP: ("商铺", "商户", "商店", "超市", "门店", "个体户", "shop"),
    OrganizationKind.ASSOCIATION: ("协会", "社会组织", "社团", "志愿队", "association"),
    OrganizationKind.COMPANY: ("企业", "公司", "company"),
    OrganizationKind.VENUE: (
        *("文明实践中心", "文明实践所", "文明实践站"),
        *("党群服务中心", "阵地", "venue"),
    ),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_NAME = Sentence("请写名称，最多 80 字。", "Give a name of 1 to 80.")
_KIND = Sentence(
    "类别请填居委会、机关、商铺、协会、企业或阵地。",
    "Kind: committee, office, shop, association, company, venue.",
)
_USCC = Sentence(
    "统一社会信用代码不对，请核对 18 位。", "Not a credit code: check its 18 characters."
)
_AREA = Sentence("您的范围内没有这个地方。", "No such place in your area.")
_TWICE = Sentence("这个单位在表里出现过，这一行没有导入。", "Already in this table; left out.")
_ELSEWHERE = Sentence("这个单位已登记在别处，请先核对。", "Registered elsewhere. Check first.")
_IN_USE = Sentence("已有岗位等记录，予以保留。", "Posts or the like name it; kept.")
_CHANGED_SINCE = Sentence("导入后又有改动，予以保留。", "Changed again after the import; kept.")


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row says, in one form."""

    name: str
    kind: OrganizationKind
    uscc: str | None
    area_id: UUID

    def stands_in(self, held: Organization) -> bool:
        return (held.name, held.kind, held.uscc or self.uscc) == (
            self.name, self.kind, self.uscc or held.uscc,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrganizationWork(ListWork):
    """What the directory does with a list of organisations."""

    lock = "liuchi.directory.organizations"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Register what is new and correct what differs."""
        reader, areas = ListReader(), Areas(actor)
        seen: set[UUID] = set()
        made: dict[str, list[Any]] = {}
        changed: dict[str, list[Any]] = {}
        unchanged = 0
        for row in reader.rows(batch):
            given = _given(row, reader, areas)
            held = None if given is None else _known(given)
            if given is None or _refused(row, reader, held, seen, actor):
                continue
            where = [row.sheet, row.number]
            if held is None:
                seen.add(id_ := new_id())
                _make(id_, given, actor)
                made[str(id_)] = [*where, _shape(given)]
            else:
                seen.add(held.id)
                if given.stands_in(held):
                    unchanged += 1
                    continue
                before = _held_shape(held)
                _change(held, given)
                changed[str(held.id)] = [*where, _held_shape(held), before]
        return ImportReport(
            len(made), len(changed), unchanged, len(reader.refused),
            rows=tuple(reader.problems), kept={"made": made, "changed": changed},
        )  # fmt: skip

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:  # noqa: ARG002
        """Remove what is new and unused, and give back what stood there."""
        stayed: list[RowProblem] = []
        removed = restored = 0
        for id_, (sheet, number, shape, *before) in (
            *kept.get("made", {}).items(), *kept.get("changed", {}).items(),
        ):  # fmt: skip
            held = Organization.objects.select_for_update().filter(pk=id_).first()
            if held is None or _held_shape(held) != shape:
                stayed.append(RowProblem(sheet, number, "name", _CHANGED_SINCE))
            elif before:
                kind, name, uscc = before[0]
                Organization.objects.filter(pk=id_).update(kind=kind, name=name, uscc=uscc)
                restored += 1
            elif _removed(held, actor):
                removed += 1
            else:
                stayed.append(RowProblem(sheet, number, "name", _IN_USE))
        return UndoReport(removed, restored, tuple(stayed))


def _given(row: ListRow, reader: ListReader, areas: Areas) -> _Given | None:
    name, said, code = row.text("name"), row.text("kind"), row.text("uscc")
    kind = _KIND_OF.get(said.casefold()) if said else _kind_by_name(name)
    uscc = rules.normal_uscc(code) if code else None
    area_id = areas.find(row.text("area"))
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        reader.refuse(row, "name", _NAME)
    if kind is None:
        reader.refuse(row, "kind", _KIND)
    if code and uscc is None:
        reader.refuse(row, "uscc", _USCC)
    if area_id is None:
        reader.refuse(row, "area", _AREA)
    if kind is None or area_id is None or (row.sheet, row.number) in reader.refused:
        return None
    return _Given(name, kind, uscc, area_id)


def _kind_by_name(name: str) -> OrganizationKind | None:
    return next((kind for word, kind in _KIND_OF.items() if name.endswith(word)), None)


def _known(given: _Given) -> Organization | None:
    found = Organization.objects.filter(valid_to__isnull=True)
    # Also one that has ended: a code is one body's for good.
    by_code = Organization.objects.filter(uscc=given.uscc).first() if given.uscc else None
    return by_code or found.filter(name=given.name, area_id=given.area_id).first()


def _refused(
    row: ListRow, reader: ListReader, held: Organization | None, seen: set[UUID], actor: Actor
) -> bool:
    if held is None:
        return False
    if held.id in seen:
        reader.refuse(row, "name", _TWICE)
    elif not actor.covers(queries.area(held.area_id).scope_code):
        reader.refuse(row, "uscc", _ELSEWHERE)
    return (row.sheet, row.number) in reader.refused


def _make(id_: UUID, given: _Given, actor: Actor) -> None:
    Organization.objects.create(
        id=id_,
        kind=given.kind,
        name=given.name,
        uscc=given.uscc,
        area_id=given.area_id,
        valid_from=clock.today(),
    )
    registered(id_, given.kind, given.area_id, actor)


def registered(id_: UUID, kind: OrganizationKind, area_id: UUID, actor: Actor) -> None:
    """Journal that an organisation is on the books: what is counted is counted over facts."""
    record(
        ORGANIZATION_REGISTERED.kind,
        actor=actor,
        subject_kind="organization",
        subject_id=id_,
        area_id=area_id,
        data=OrganizationData(organization=id_, organization_kind=kind.value),
    )


def _change(held: Organization, given: _Given) -> None:
    held.kind, held.name, held.uscc = given.kind, given.name, given.uscc or held.uscc
    held.save(update_fields=["kind", "name", "uscc"])


def _shape(given: _Given) -> list[str | None]:
    return [str(given.kind), given.name, given.uscc]


def _held_shape(held: Organization) -> list[str | None]:
    return [str(held.kind), held.name, held.uscc]


def _removed(held: Organization, actor: Actor) -> bool:
    """Delete an organisation unless something refers to it; the fact of it is corrected."""
    try:
        with transaction.atomic():
            Organization.objects.filter(pk=held.pk).delete()
    except IntegrityError:
        return False
    known = journal.facts_of_subject("organization", held.pk, area_ids=[held.area_id])
    for fact in known:
        record(
            ORGANIZATION_REMOVED.kind,
            actor=actor,
            subject_kind="organization",
            subject_id=held.pk,
            area_id=held.area_id,
            corrects_id=fact.id,
            data=OrganizationData(organization=held.pk, organization_kind=held.kind),
        )
    return True
