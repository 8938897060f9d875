"""Bulletins: lists, one of them, its files, and its proof."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import Form, Kind, State
from liuchi.engines.bulletins.models import Bulletin, Series
from liuchi.engines.bulletins.queries.rows import ArticleRow, BulletinRow, ProofRow
from liuchi.engines.bulletins.rules import Article, Proof, Sheet
from liuchi.engines.bulletins.scope import READ, page_size
from liuchi.engines.directory.queries import Page
from liuchi.engines.files import queries as files
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after


def bulletins(
    actor: Actor,
    *,
    state: State | None = None,
    area_id: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[BulletinRow]:
    """Return bulletins of the actor's area, newest first."""
    actor.may(READ).or_refuse()
    require(actor)
    most, found = page_size(limit), Bulletin.objects.select_related("series")
    if state is not None:
        found = found.filter(state=state)
    if area_id is not None:
        found = found.filter(area_id=area_id)
    if after is not None:
        found = found.filter(id__lt=id_after(after))
    rows = list(found.order_by("-id")[: most + 1])
    return Page(_rows(rows[:most]), str(rows[most - 1].id) if len(rows) > most else None)


def bulletin(actor: Actor, bulletin_id: UUID) -> BulletinRow:
    """Return one bulletin of the actor's area; NotFound otherwise."""
    actor.may(READ).or_refuse()
    require(actor)
    found = Bulletin.objects.select_related("series").filter(pk=bulletin_id).first()
    if found is None:
        raise NotFound("bulletin")
    return _rows([found])[0]


def mastheads(actor: Actor, area_id: UUID) -> tuple[str, ...]:
    """Return the mastheads an area has used, to be offered again."""
    actor.may(READ).or_refuse()
    require(actor)
    found = Series.objects.filter(area_id=area_id).order_by("masthead")
    return tuple(found.values_list("masthead", flat=True))


def next_number(series_id: UUID, year: int) -> int:
    """Return the number the next issue of a series gets. Locked against others by the caller."""
    last = Bulletin.objects.filter(series_id=series_id, year=year).order_by("-number").first()
    return 1 if last is None or last.number is None else last.number + 1


def file(actor: Actor, bulletin_id: UUID, kind: Kind) -> tuple[BulletinRow, bytes]:
    """Return an issued bulletin with one of its files, as it was issued."""
    row = bulletin(actor, bulletin_id)
    document_id = row.pdf_id if kind is Kind.PDF else row.word_id
    if document_id is None:
        raise NotFound("file")
    return row, files.issued(actor, document_id)[1]


def proof(bulletin_id: UUID) -> ProofRow:
    """Return what anybody may know of an issued bulletin; NotFound for any other id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bulletins_proof(%s)", [bulletin_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("bulletin")
    names = (
        *("id", "masthead", "form", "year", "number", "title", "articles", "issuer", "day"),
        *("ordinal", "root", "pdf_sha256", "word_sha256", "corrected_by"),
    )
    told: dict[str, Any] = dict(zip(names, found, strict=True))
    told["form"] = Form(told["form"])
    return ProofRow(**told, sealed=journal.is_sealed(told["root"]))


def sheet_of(
    actor: Actor, row: BulletinRow, texts: dict[str, str], proof: Proof | None, number: int | None
) -> Sheet:
    """Return a bulletin as it is printed; ``texts`` are its figures by reference."""
    first, *more = articles_of(row, texts)
    return Sheet(
        masthead=row.masthead,
        number=number,
        issuer=row.issuer,
        day=row.day,
        note=rules.filled(row.note, texts),
        title=first.title,
        corrects=_corrects(actor, row),
        submitted_by=first.submitted_by,
        paragraphs=first.paragraphs,
        form=row.form,
        more=tuple(more),
        box=row.box,
        report_to=row.report_to,
        send_to=row.send_to,
        distribute_to=row.distribute_to,
        proof=proof,
    )


def articles_of(row: BulletinRow, texts: dict[str, str]) -> tuple[Article, ...]:
    """Return every article with its figures in it, headings numbered as its form has them."""
    numbered = row.form is not Form.REVIEW
    return tuple(
        Article(
            each.title,
            each.submitted_by,
            rules.paragraphs(rules.filled(each.body, texts), numbered=numbered),
        )
        for each in row.all_articles
    )


def _corrects(actor: Actor, row: BulletinRow) -> str:
    if row.corrects_id is None:
        return ""
    old = bulletin(actor, row.corrects_id)
    title = "".join(old.title.splitlines())
    called = "" if old.called is None else old.called.in_language("zh")
    return f"（更正{called}《{title}》）"


def _rows(found: Iterable[Bulletin]) -> tuple[BulletinRow, ...]:
    held = tuple(found)
    who = {each.written_by for each in held} | {
        person for each in held for person in (each.checked_by, each.issued_by) if person
    }
    names = accounts.names_of(who)
    return tuple(
        BulletinRow(
            id=each.id,
            series_id=each.series_id,
            masthead=each.series.masthead,
            area_id=each.area_id,
            scope_code=each.scope_code,
            state=State(each.state),
            version=each.version,
            title=each.title,
            issuer=each.issuer,
            day=each.day,
            note=each.note,
            submitted_by=each.submitted_by,
            body=each.body,
            form=Form(each.form),
            articles=tuple(ArticleRow(**article) for article in each.articles),
            box=each.box,
            report_to=each.report_to,
            send_to=each.send_to,
            distribute_to=each.distribute_to,
            corrects_id=each.corrects_id,
            written_at=each.written_at,
            written_by=each.written_by,
            written_by_name=names.get(each.written_by, ""),
            checked_at=each.checked_at,
            checked_by_name=names.get(each.checked_by, "") if each.checked_by else "",
            issued_at=each.issued_at,
            issued_by_name=names.get(each.issued_by, "") if each.issued_by else "",
            year=each.year,
            number=each.number,
            ordinal=each.ordinal,
            root=each.root,
            pdf_id=each.pdf_id,
            pdf_sha256=each.pdf_sha256,
            word_id=each.word_id,
            word_sha256=each.word_sha256,
        )
        for each in held
    )
