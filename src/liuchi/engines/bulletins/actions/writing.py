"""Writing a bulletin: the text, and the figures counted while it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.bulletins import facts, queries, rules
from liuchi.engines.bulletins.enums import Form, State
from liuchi.engines.bulletins.models import Bulletin, Series, WrittenFigure
from liuchi.engines.bulletins.queries import BulletinRow, Counted
from liuchi.engines.bulletins.scope import WRITE, require_area
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.periods import Per
from liuchi.kernel.sentences import Sentence

MASTHEAD_CHARACTERS_MAX = 16
TITLE_CHARACTERS_MAX = 60
LINE_CHARACTERS_MAX = 120
NOTE_CHARACTERS_MAX = 400
BODY_CHARACTERS_MAX = 20_000
FIGURES_MAX = 200
ARTICLES_MAX = 9
_LIMITS = {
    "masthead": MASTHEAD_CHARACTERS_MAX,
    "issuer": LINE_CHARACTERS_MAX,
    "title": TITLE_CHARACTERS_MAX,
    "note": NOTE_CHARACTERS_MAX,
    "submitted_by": LINE_CHARACTERS_MAX,
    "body": BODY_CHARACTERS_MAX,
    "report_to": LINE_CHARACTERS_MAX,
    "send_to": LINE_CHARACTERS_MAX,
    "distribute_to": LINE_CHARACTERS_MAX,
}
_NEEDED = ("masthead", "issuer", "title", "body")


@dataclass(frozen=True, slots=True)
class Submitted:
    """An article after the first, as a unit submitted it."""

    title: str
    submitted_by: str
    body: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes. ``corrects_id`` names the issued bulletin this one corrects.

    ``box``: room is left for a leader's instructions.
    """

    area_id: UUID
    masthead: str
    issuer: str
    title: str
    day: date
    body: str
    note: str = ""
    submitted_by: str = ""
    report_to: str = ""
    send_to: str = ""
    distribute_to: str = ""
    corrects_id: UUID | None = None
    form: Form = Form.BULLETIN
    articles: tuple[Submitted, ...] = ()
    box: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Return every text that may refer to figures."""
        return (self.note, self.body, *(each.body for each in self.articles))


def draft(*, actor: Actor, key: str, text: Draft) -> BulletinRow:
    """Begin a bulletin: its figures are counted and written down with the journal's head."""
    actor.may(WRITE).or_refuse()
    _check(text)
    area = directory.area(text.area_id)
    require_area(actor, area.scope_code)
    with acting_as(actor):
        bulletin_id = new_id()
        done = journal.once(f"bulletins.draft:{actor.id}", key, asdict(text), bulletin_id)
        if done is not None:
            return queries.bulletin(actor, done)
        _corrected(actor, text)
        counted = count_all(actor, text.area_id, *text.texts)
        series = _series(actor, text, area.scope_code)
        bulletin = Bulletin(
            id=bulletin_id,
            series=series,
            scope_code=area.scope_code,
            state=State.DRAFT,
            written_at=clock.now(),
            written_by=actor.id,
            **_columns(text),
        )
        bulletin.save(force_insert=True)
        write_down(bulletin, counted, start=0)
        journal.record(
            facts.DRAFTED.kind,
            actor=actor,
            subject_kind="bulletins.bulletin",
            subject_id=bulletin_id,
            area_id=text.area_id,
            data=facts.DraftedData(series=series.id, figures=len(counted)),
        )
        return queries.bulletin(actor, bulletin_id)


def edit(
    *, actor: Actor, key: str, bulletin_id: UUID, text: Draft, expected_version: int
) -> BulletinRow:
    """Change a bulletin's text. It is a draft again; figures that stay keep their value."""
    actor.may(WRITE).or_refuse()
    _check(text)
    with acting_as(actor):
        body = {**asdict(text), "bulletin_id": bulletin_id, "version": expected_version}
        if journal.once(f"bulletins.edit:{actor.id}", key, body, bulletin_id) is not None:
            return queries.bulletin(actor, bulletin_id)
        held = locked(bulletin_id, expected_version)
        rules.may_edit(State(held.state)).or_refuse()
        if text.area_id != held.area_id:
            raise NotFound("area")
        _corrected(actor, text)
        wanted = rules.references(*text.texts)
        WrittenFigure.objects.filter(bulletin=held).exclude(
            source__in=[each.source for each in wanted]
        ).delete()
        known = set(WrittenFigure.objects.filter(bulletin=held).values_list("source", flat=True))
        fresh = queries.count(
            actor, held.area_id, (each for each in wanted if each.source not in known)
        )
        held.series = _series(actor, text, held.scope_code)
        for name, value in _columns(text).items():
            setattr(held, name, value)
        back_to_draft(held, actor)
        write_down(held, fresh, start=len(known))
        return queries.bulletin(actor, bulletin_id)


def renew_figures(
    *, actor: Actor, key: str, bulletin_id: UUID, expected_version: int
) -> BulletinRow:
    """Count every figure anew and write it down. What was checked is a draft again."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        body = {"bulletin_id": bulletin_id, "version": expected_version}
        if journal.once(f"bulletins.renew:{actor.id}", key, body, bulletin_id) is not None:
            return queries.bulletin(actor, bulletin_id)
        held = locked(bulletin_id, expected_version)
        rules.may_edit(State(held.state)).or_refuse()
        counted = count_all(actor, held.area_id, *_texts_of(held))
        back_to_draft(held, actor)
        WrittenFigure.objects.filter(bulletin=held).delete()
        write_down(held, counted, start=0)
        return queries.bulletin(actor, bulletin_id)


def accept_figure(
    *, actor: Actor, key: str, bulletin_id: UUID, figure_id: UUID, expected_version: int
) -> BulletinRow:
    """Keep a figure as it is written, knowing that it counts otherwise now."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        body = {"bulletin_id": bulletin_id, "figure_id": figure_id, "version": expected_version}
        if journal.once(f"bulletins.accept:{actor.id}", key, body, bulletin_id) is not None:
            return queries.bulletin(actor, bulletin_id)
        held = locked(bulletin_id, expected_version)
        rules.may_edit(State(held.state)).or_refuse()
        row = queries.bulletin(actor, bulletin_id)
        figure = next((f for f in queries.figures(actor, row) if f.id == figure_id), None)
        if figure is None:
            raise NotFound("figure")
        WrittenFigure.objects.filter(pk=figure_id).update(
            accepted_text=figure.now_text, accepted_at=clock.now(), accepted_by=actor.id
        )
        journal.record(
            facts.ACCEPTED.kind,
            actor=actor,
            subject_kind="bulletins.bulletin",
            subject_id=bulletin_id,
            area_id=held.area_id,
            data=facts.AcceptedData(
                indicator=figure.code, written=figure.text, counted=figure.now_text
            ),
        )
        return queries.bulletin(actor, bulletin_id)


def locked(bulletin_id: UUID, expected_version: int) -> Bulletin:
    """Return a bulletin for changing it; Conflict where somebody else was first."""
    held = Bulletin.objects.select_for_update().filter(pk=bulletin_id).first()
    if held is None:
        raise NotFound("bulletin")
    if held.version != expected_version:
        raise Conflict(
            "changed_meanwhile",
            Sentence(
                "别人刚改过这份简报，请重新打开再办。",
                "Somebody has just changed this bulletin. Open it again.",
            ),
        )
    return held


def back_to_draft(held: Bulletin, actor: Actor) -> None:
    """Save a changed bulletin as a draft by its last writer."""
    held.state, held.checked_at, held.checked_by = State.DRAFT, None, None
    held.version += 1
    held.written_at, held.written_by = clock.now(), actor.id
    held.save()


def count_all(actor: Actor, area_id: UUID, *texts: str) -> tuple[Counted, ...]:
    """Count every figure the texts refer to."""
    return queries.count(actor, area_id, rules.references(*texts))


def write_down(held: Bulletin, counted: Iterable[Counted], *, start: int) -> None:
    """Keep figures with their value, when it was counted and where the journal stood."""
    now = clock.now()
    WrittenFigure.objects.bulk_create(
        WrittenFigure(
            id=new_id(),
            bulletin=held,
            scope_code=held.scope_code,
            place=place,
            source=each.source,
            code=each.code,
            area_id=each.area_id,
            month=each.span.first if each.span and each.span.per is Per.MONTH else None,
            as_of=each.as_of,
            title=each.title,
            unit=each.unit,
            value=each.value,
            text=each.text,
            ordinal=each.ordinal,
            root=each.root,
            counted_at=now,
        )
        for place, each in enumerate(counted, start=start + 1)
    )


def _texts_of(held: Bulletin) -> tuple[str, ...]:
    return (held.note, held.body, *(each["body"] for each in held.articles))


def _series(actor: Actor, text: Draft, scope_code: str) -> Series:
    series, _made = Series.objects.get_or_create(
        area_id=text.area_id,
        masthead=text.masthead.strip(),
        defaults={
            "id": new_id(),
            "scope_code": scope_code,
            "created_at": clock.now(),
            "created_by": actor.id,
        },
    )
    return series


def _columns(text: Draft) -> dict[str, object]:
    given = asdict(text)
    given.pop("masthead")
    given["articles"] = [
        {name: value.strip() for name, value in each.items()} for each in given["articles"]
    ]
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in given.items()
    }


def _corrected(actor: Actor, text: Draft) -> None:
    """Only what was issued can be corrected, and only by its own office."""
    if text.corrects_id is None:
        return
    old = queries.bulletin(actor, text.corrects_id)
    if old.state is not State.ISSUED or old.area_id != text.area_id:
        raise NotFound("bulletin")


def _check(text: Draft) -> None:
    errors = list(_wrong_in(text, _LIMITS, _NEEDED))
    for place, each in enumerate(text.articles, start=2):
        found = _wrong_in(each, _LIMITS, ("title", "body"))
        errors.extend(FieldError(f"{wrong.field}_{place}", wrong.sentence) for wrong in found)
    if len(text.articles) >= ARTICLES_MAX:
        sentence = _most("一期最多{most}篇。", "At most {most} articles.", ARTICLES_MAX)
        errors.append(FieldError("body", sentence))
    if len(rules.references(*text.texts)) > FIGURES_MAX:
        sentence = _most(
            "一期最多引用{most}个数字。", "At most {most} figures to a bulletin.", FIGURES_MAX
        )
        errors.append(FieldError("body", sentence))
    if errors:
        sentence = Sentence("有几处需要修改。", "Some entries need changing.")
        raise Invalid("draft_incomplete", sentence, tuple(errors))
    for body in (text.body, *(each.body for each in text.articles)):
        rules.refuse_unless_drawable(rules.paragraphs(body))


def _wrong_in(
    text: Draft | Submitted, limits: Mapping[str, int], needed: Collection[str]
) -> Iterator[FieldError]:
    for name, most in limits.items():
        value = str(getattr(text, name, "")).strip()
        if len(value) > most:
            yield FieldError(name, _too_long(most))
        elif not value and name in needed:
            yield FieldError(name, Sentence("请填写。", "Fill this in."))


def _too_long(most: int) -> Sentence:
    return _most("最多{most}字。", "At most {most} characters.", most)


def _most(zh: str, en: str, most: int) -> Sentence:
    return Sentence(zh, en, {"most": most})
