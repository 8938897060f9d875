"""A careless office: enters whatever it is given, and lets out whatever the system lets out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import planted_papers
from engines.cases.world import World
from engines.disclosures.posted import BOOK, Posted, apply_section
from engines.disclosures.section import SECTION
from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.disclosures import actions, queries, rules
from liuchi.engines.disclosures.enums import Fault, FoundAt
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import sheets
from liuchi.kernel.errors import Invalid, Refused
from surfaces.cases.pages import browser
from surfaces.disclosures import planted
from surfaces.disclosures.planted import Leak, picture

GOOD = {"name": "郑守信", "group": "一组", "amount": "321", "use": "误工"}
GOOD_NOTE = "咨询电话0556-5511001，便民大厅在六尺巷12号"
GOOD_CAPTION = "修好的东渠"
_AID = {
    "code": "aid",
    "title": "帮扶发放",
    "group": "people",
    "matter": "major",
    "frequency": "at_once",
    "names_by": "办法要求公示",
    "responsible": "村民委员会",
    "supervising": ["镇纪委"],
    "procedure": SECTION["items"][0]["procedure"],
    "basis": [{"title": "《办法》"}],
    "takes_down_after": "1 years",
    "columns": [
        {"code": "name", "title": "姓名", "kind": "name", "key": True},
        {"code": "group", "title": "村民组", "kind": "group"},
        {"code": "amount", "title": "金额", "kind": "amount"},
        {"code": "use", "title": "事由", "required": False},
        {"code": "id", "title": "身份证号", "kind": "id_number", "required": False},
        {
            "code": "card",
            "title": "卡号",
            "kind": "card",
            "sensitivity": "masked",
            "required": False,
        },
        {
            "code": "child",
            "title": "孩子",
            "kind": "name",
            "sensitivity": "omitted",
            "required": False,
        },
        {
            "code": "home",
            "title": "住址",
            "kind": "address",
            "sensitivity": "masked",
            "required": False,
        },
    ],
}
LEAKS = {leak.code: leak for leak in planted.LEAKS}


@dataclass
class Careless:
    """Plants every leak through pages, tables and actions; ``out`` is what was released."""

    world: World
    out: list[UUID] = field(default_factory=list)
    all: list[UUID] = field(default_factory=list)
    numbers: int = 0

    def everything(self) -> None:
        """Do the whole round."""
        apply_section(self.world, items=[*SECTION["items"], _AID])
        self.posted = Posted(self.world)
        self.client = browser(self.world.secretary)
        self._rows_and_notes()
        self._titles()
        self._pictures()
        self._papers()
        self._tables()
        self._corrections()
        self._left_lying()
        self._cases()
        self._committee()
        self._check()

    def begin(self, subject: str = "", rows: list[Mapping[str, Any]] | None = None) -> UUID:
        self.numbers += 1
        posting_id = self.posted.begin(
            "aid", date(2026, 2, 1), subject=subject or f"第{self.numbers}批"
        )
        self.posted.write(posting_id, rows or [GOOD])
        self.all.append(posting_id)
        return posting_id

    @property
    def some(self) -> list[UUID]:
        """What is out first, with pictures, corrected and last, and a draft."""
        return [self.out[0], self.attached, self.with_papers, *self.out[-2:], self.all[-1]]

    def let_out(self, posting_id: UUID) -> bool:
        """Answer every finding without a look, mend only what is refused; else give it up."""
        for _turn in range(3):
            self.posted.submit(posting_id)
            found = self.posted.now(posting_id, self.world.clerk).findings
            answers = {each.key: LEAKS["answer"].said for each in found}
            with suppress(Refused):
                self.posted.release(posting_id, answers=answers)
                self.out.append(posting_id)
                return True
            self.act(actions.send_back_posting, posting_id, LEAKS["sent_back"].said, by="clerk")
            self._mend(posting_id)
        self.act(actions.discard_posting, posting_id)
        return False

    def act(self, action: Any, posting_id: UUID, reason: str = "", by: str = "secretary") -> Any:
        more = {"reason": reason} if reason else {}
        return action(
            actor=getattr(self.world, by), key=self.world.key(), posting_id=posting_id, **more
        )

    def _mend(self, posting_id: UUID) -> None:
        self.act(actions.mask_found, posting_id)
        held = self.posted.now(posting_id)
        said: dict[str, Any] = {"actor": self.world.secretary, "posting_id": posting_id}
        final, _ = rules.open_findings(held.findings, {})
        for row in {each.row for each in final if each.at is FoundAt.CELL}:
            actions.change_row(
                **said, key=self.world.key(), row_id=held.rows[row - 1].id, cells=None
            )
        attached = {FoundAt.FILE_NAME, FoundAt.CAPTION, FoundAt.PAPER}
        for row in {each.row for each in final if each.at in attached}:
            actions.detach(**said, key=self.world.key(), attachment_id=held.attachments[row - 1].id)
        if any(each.at is FoundAt.NOTE for each in final):
            actions.write_note(**said, key=self.world.key(), note=GOOD_NOTE)

    def _rows_and_notes(self) -> None:
        rows = [{**GOOD, "name": "钟有余", "use": "", **leak.cells} for leak in planted.ROWS]
        for leak, row in zip(planted.ROWS, rows, strict=True):
            row["amount"] = str(100 + planted.ROWS.index(leak))
        posting_id = self.begin("全部人员", [GOOD, *rows])
        self._note(posting_id, GOOD_NOTE)
        assert self.let_out(posting_id)
        for leak in planted.NOTES:
            posting_id = self.begin()
            self._note(posting_id, leak.said or leak.secret)
            self.let_out(posting_id)

    def _note(self, posting_id: UUID, note: str) -> None:
        actions.write_note(
            actor=self.world.secretary, key=self.world.key(), posting_id=posting_id, note=note
        )

    def _titles(self) -> None:
        for leak in planted.TITLES:
            self.let_out(self.begin(leak.said))

    def _pictures(self) -> None:
        of = {leak.code: leak for leak in planted.PICTURES}
        jpeg = picture(words=of["picture_description"].secret)
        tail = picture(behind=of["picture_tail"].secret.encode())
        pdf, word = of["document_pdf"].secret, of["document_word"].secret
        self.attached = self.begin("带图")
        for content, name, caption in (
            (jpeg, "渠.jpg", GOOD_CAPTION),
            (tail, "门.jpg", "门"),
            (planted.png(of["picture_png_text"].secret), "图.png", "图"),
            (picture(), of["file_name_phone"].said, "名"),
            (picture(), of["file_name_name"].said, "奖"),
            (picture(), "证.jpg", of["caption_id"].said),
            (picture(), "童.jpg", of["caption_child"].said),
            (f"%PDF-1.7 /Title({pdf}) ({pdf}) Tj".encode(), "表.pdf", "表"),
            (b"PK\x03\x04 docProps/core.xml " + word.encode(), "表.docx", "表"),
        ):
            self.client.post(
                f"/desk/disclosures/{self.attached}/pictures/",
                {
                    "key": self.world.key(),
                    "do": "attach",
                    "photos": SimpleUploadedFile(name, content),
                    "caption": caption,
                },
            )
        assert len(self.posted.now(self.attached).attachments) == len(planted.PICTURES) - 3
        assert self.let_out(self.attached)

    def _papers(self) -> None:
        """Attach every paper, a few to a posting; then one that is in order, and one scanned."""
        self.leaky: set[UUID] = set()
        held = list(planted_papers.planted())
        for start in range(0, len(held), actions.PAPERS_MAX - 1):
            posting_id = self.begin(f"附件{start}")
            for leak in held[start : start + actions.PAPERS_MAX - 1]:
                self._attach_paper(posting_id, leak.content, leak.name)
            before = self.posted.now(posting_id).attachments
            self.leaky |= {each.document_id for each in before}
            self.leaky |= {page for each in before for page in each.pages}
            assert self.let_out(posting_id)
        assert len(self.leaky) > len(held)
        self.with_papers = self.begin("合同")
        self._attach_paper(self.with_papers, planted_papers.word(), "13805563009.docx")
        held_there = self.posted.now(self.with_papers).attachments
        self._attach_paper(self.with_papers, planted_papers.scanned(), "扫描件.pdf")
        assert len(held_there) == 1
        assert self.let_out(self.with_papers)

    def _attach_paper(self, posting_id: UUID, content: bytes, name: str) -> None:
        self.client.post(
            f"/desk/disclosures/{posting_id}/pictures/",
            {
                "key": self.world.key(),
                "do": "attach_paper",
                "papers": SimpleUploadedFile(name, content),
                "title": "修渠合同",
            },
        )

    def _tables(self) -> None:
        posting_id = self.begin("表格")
        item = self.posted.now(posting_id).item
        template = sheets.write([rules.template(item)])
        for leak in planted.SHEETS:
            content = planted.workbook(template, leak)
            with suppress(Invalid):
                said = {"actor": self.world.secretary, "key": self.world.key()}
                tried = actions.check_table(
                    **said, posting_id=posting_id, content=content, filename=f"{leak.secret}.xlsx"
                )
                actions.run_table(**said | {"key": self.world.key()}, import_id=tried.id)
        assert self.let_out(posting_id)
        lying = self.begin("试表")
        book = openpyxl.load_workbook(io.BytesIO(template))
        book.worksheets[0].append([LEAKS["dry_run"].secret, "一组", 5])
        told = io.BytesIO()
        book.save(told)
        actions.check_table(
            actor=self.world.secretary, key=self.world.key(), posting_id=lying,
            content=told.getvalue(), filename="表.xlsx",
        )  # fmt: skip

    def _correct(self, posting_id: UUID, why: str) -> UUID:
        made = actions.correct_posting(
            actor=self.world.secretary, key=self.world.key(), posting_id=posting_id, why=why
        )
        self.all.append(made)
        return made

    def _corrections(self) -> None:
        first = self.begin("更正")
        assert self.let_out(first)
        for code in ("why_id", "why_name"):
            self.let_out(self._correct(first, LEAKS[code].said))
        rows = [{**GOOD, "name": LEAKS[c].secret} for c in ("taken_down_older", "taken_down")]
        gone = self.begin("撤下", [*rows, {**GOOD, "name": LEAKS["down_name"].secret}])
        assert self.let_out(gone)
        newer = self._correct(gone, "多录一户")
        held = self.posted.now(newer)
        actions.change_row(
            actor=self.world.secretary, key=self.world.key(), posting_id=newer,
            row_id=held.rows[0].id, cells=None,
        )  # fmt: skip
        assert self.let_out(newer)
        for code in ("down_phone", "down_name"):
            with suppress(Invalid):
                self.act(actions.take_down_posting, newer, LEAKS[code].said, by="clerk")
        with suppress(Refused):
            self.act(actions.take_down_posting, newer, "不属于公开范围", by="clerk")

    def _left_lying(self) -> None:
        names = {code: LEAKS[code].secret for code in ("draft", "draft_discarded")}
        self.begin(rows=[{**GOOD, "name": names["draft"]}])
        dropped = self.begin(rows=[{**GOOD, "name": names["draft_discarded"]}])
        self.act(actions.discard_posting, dropped)
        waits = self.begin(rows=[{**GOOD, "name": LEAKS["draft_submitted"].secret}])
        self.posted.submit(waits)
        actions.set_applicability(
            actor=self.world.clerk, key=self.world.key(), area_id=self.posted.village,
            playbook=BOOK, item_code="disabled", applies=False, reason=LEAKS["not_here"].said,
        )  # fmt: skip

    def _cases(self) -> None:
        here = f"/v/{self.world.village.code}/open/aid/{self.out[0]}/ask/"
        sent = {"key": "asked", "kind": "complain", "text": LEAKS["complaint"].said}
        assert Client().post(here, sent).status_code == 302
        case_id = self.world.dispatched()
        self.world.accept(case_id)
        cases_actions.finish_case(
            actor=self.world.cleaner, key=self.world.key(), case_id=case_id,
            opinion=LEAKS["reply"].said,
        )  # fmt: skip
        self.world.close(case_id)

    def _committee(self) -> None:
        said: dict[str, Any] = {"actor": self.world.secretary, "area_id": self.posted.village}
        seat = actions.elect_member(
            **said, key=self.world.key(), name="陶守中", elected_on=date(2026, 1, 9), votes=9,
            voters=9,
        )  # fmt: skip
        said_there = LEAKS["committee_topics"].said
        met = {**said, "held_on": date(2026, 3, 1), "present": 1}
        for name in ("topics", "conclusions"):  # read by everybody: refused where it tells
            with pytest.raises(Invalid):
                actions.hold_meeting(
                    **met, key=self.world.key(), **({"topics": "收支"} | {name: said_there})
                )
        meeting = actions.hold_meeting(**met, key=self.world.key(), topics="收支")
        review: dict[str, Any] = {
            "actor": self.world.secretary, "meeting_id": meeting, "month": date(2026, 2, 1),
            "income": Decimal(1), "spending": Decimal(1), "agreed": False,
        }  # fmt: skip
        with pytest.raises(Invalid):
            actions.review_spending(
                **review, key=self.world.key(), opinion=LEAKS["committee_opinion"].said
            )
        actions.review_spending(**review, key=self.world.key(), opinion="缺一张发票")
        actions.end_membership(
            actor=self.world.secretary, key=self.world.key(), seat_id=seat,
            left_on=date(2026, 3, 2), reason=LEAKS["member_left"].said,
        )  # fmt: skip

    def _check(self) -> None:
        clerk = self.world.clerk
        actions.announce_check(
            actor=clerk, key=self.world.key(), area_id=self.world.town.id, playbook=BOOK
        )
        self.world.clock.advance(timedelta(minutes=5))
        journal_jobs.sequence()
        journal_jobs.seal()
        assert actions.draw_checks()
        with acting_as(clerk):
            one = queries.checked(clerk)[0]
        actions.record_check(
            actor=clerk, key=self.world.key(), checked_id=one.id, fault=Fault.OMITTED,
            words=LEAKS["check_words"].said,
        )  # fmt: skip


def codes(leaks: tuple[Leak, ...] = planted.LEAKS) -> list[str]:
    return [leak.code for leak in leaks]
