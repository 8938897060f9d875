"""What people put where it does not belong: in rows, words, tables and files. All invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image, PngImagePlugin

from planted_papers import planted

POSITION = "117.0451983"
"""The longitude of somebody's door, as a phone writes it beside a picture."""


def picture(*, colour: str = "olive", words: str = "", behind: bytes = b"") -> bytes:
    """Return a JPEG with a position, a description and a small picture inside its metadata.

    ``words`` stand in the description and the comment; ``behind`` hangs on its end.
    """
    exif = Image.Exif()
    exif[0x010E] = words or "渠"  # ImageDescription
    exif[0x9286] = f"{words} {POSITION}".encode()  # UserComment
    gps = exif.get_ifd(0x8825)
    gps[1], gps[3] = "N", "E"
    gps[2], gps[4] = (30.0, 30.0, 61.2), (117.0, 2.0, 42.7)
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(
        out, "JPEG", exif=exif, comment=f"{words} {POSITION}".encode()
    )
    return out.getvalue() + behind


def png(words: str) -> bytes:
    """Return a PNG with words in its text chunks."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", words)
    told.add_itxt("XML:com.adobe.xmp", f"<x>{words}</x>")
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "olive").save(out, "PNG", pnginfo=told)
    return out.getvalue()


@dataclass(frozen=True)
class Leak:
    """One thing that must reach nobody: what it is, and the words it is hidden in."""

    code: str
    secret: str
    said: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code


def _of_row(code: str, secret: str, use: str = "", **cells: str) -> Leak:
    return Leak(code, secret, use, {"use": use, **cells} if use else cells)


ROWS = (
    _of_row("id", "340803195001011231", "证号340803195001011231"),
    _of_row("id_spaces", "340803195001021237", "3408 0319 5001 0212 37"),
    _of_row("id_two_spaces", "340803195001031233", "340803  19500103  1233"),
    _of_row("id_hyphens", "340803195001041239", "340803-19500104-1239"),
    _of_row("id_fullwidth", "340803195001051235", "３４０８０３１９５００１０５１２３５"),
    _of_row("id_spoken", "340803195001061231", "三四零八零三一九五零零一零六一二三一"),
    _of_row("id_half_spoken", "340803195001071237", "340803一九五零零一零七1237"),
    _of_row("id_small_x", "34080319500108123X", "证号34080319500108123x"),
    _of_row("id_other_x", "34080319500109123X", "34080319500109123Х"),  # Cyrillic
    _of_row("id_of_15_digits", "340803500110123", "老证340803500110123"),
    _of_row("id_two_lines", "340803195001111235", "34080319500111\n1235"),
    _of_row("id_unseen_between", "340803195001121231", "340803\u200b195001121231"),
    _of_row("id_letters_for_digits", "340803195001131237", "34O8O3195OO1131237"),
    _of_row("id_in_brackets", "340803195001141233", "(340803)19500114(1233)"),
    _of_row("disability_certificate", "340803195001151239", "证34080319500115123943"),
    _of_row("id_omitted", "11010519491231002X", id="11010519491231002X"),
    _of_row("id_in_group", "340803195001171231", group="340803195001171231组"),
    _of_row("id_in_two_cells", "340803195001011232", "误工", name="340803", group="195001011232"),
    _of_row("phone_in_two_cells", "13955560091", "误工", name="139", group="55560091"),
    _of_row("phone", "13805560001", "拨13805560001"),
    _of_row("phone_86", "13805560002", "+8613805560002"),
    _of_row("phone_086_spaces", "13805560003", "0086 138 0556 0003"),
    _of_row("phone_nought", "13805560004", "013805560004"),
    _of_row("phone_dots", "13805560005", "138.0556.0005"),
    _of_row("phone_spoken", "13805560006", "幺三八零五五六零零零六"),
    _of_row("phone_in_name", "13805560007", name="卢守业13805560007"),
    _of_row("phone_in_address", "13805560008", home="东圩一三八零五五六零零零八"),
    _of_row("landline_beside_name", "5530009", "联系0556-5530009"),
    _of_row("card", "6222021001116245702", "打到6222021001116245702"),
    _of_row("card_spaces", "6228480402564890018", "6228 4804 0256 4890 018"),
    _of_row("card_masked", "6217000010012345678", card="6217000010012345678"),
    _of_row("child_and_age", "苗听雨", "女儿苗听雨8岁"),
    _of_row("child_at_school", "尤问渠", "孩子尤问渠上学"),
    _of_row("child_in_name", "娄小满", "9岁", name="娄小满"),
    _of_row("ill_person", "邱岸舟", "患尿毒症", name="邱岸舟"),
    _of_row("disabled_person", "阮听泉", "二级残", name="阮听泉"),
    _of_row("poor_through_illness", "缪知秋", "因病致贫", name="缪知秋"),
    _of_row("ill_elsewhere_well_here", "柯望春", "误工", name="柯望春"),
    _of_row("ill_of_two_rows", "柯望春", "住院", name="柯望春", group="二组"),
    _of_row("address_room", "3栋2单元501室", "住菱湖新村3栋2单元501室"),
    _of_row("address_short", "7-2-603", "菱湖新村7-2-603"),
    _of_row("address_farm", "三组27号", "家在三组27号"),
    _of_row("address_column", "东圩村14号", home="东圩村14号"),
    _of_row("birth_day", "1951年4月7日", "1951年4月7日出生"),
    _of_row("mail", "lane1951@example.cn", "lane1951@example.cn"),
    _of_row("wechat", "lane_1952", "微信：lane_1952"),
    _of_row("omitted_name", "苏望舒", child="苏望舒"),
    _of_row("omitted_name_again", "池见山", "池见山本人领", child="池见山"),
    _of_row("omitted_name_spaced", "戚若水", "戚 若 水 本人领", child="戚若水"),
)
NOTES = (
    Leak("note_id", "340803195002011239", "340803195002011239已核"),
    Leak("note_phone", "13805561001", "有事拨 138 0556 1001"),
    Leak("note_child", "祁小荷", "祁小荷，11岁，由外婆代领"),
    Leak("note_disability_list", "骆听松", "残疾人：骆听松、阎见深"),
    Leak("note_disability_list_second", "阎见深", "残疾补贴：骆听松、阎见深"),
    Leak("note_ill", "欧阳知微", "欧阳知微患癌症住院"),
    Leak("note_birth", "1952年8月9日", "1952年8月9日出生的按新标准"),
    Leak("note_landline", "5531002", "找车守拙，电话0556-5531002"),
    Leak("note_address", "5栋1单元302室", "上门送到菱湖新村5栋1单元302室"),
)
TITLES = (
    Leak("title_phone", "13805562001", "拨13805562001领取"),
    Leak("title_ill", "霍知远", "霍知远患病救助"),
    Leak("title_address", "9栋4单元404室", "9栋4单元404室维修"),
)
PICTURES = (
    Leak("picture_position", POSITION),
    Leak("picture_description", "340803195003011235"),
    Leak("picture_tail", "340803195003021231"),
    Leak("picture_png_text", "340803195003031237"),
    Leak("file_name_phone", "13805563001", "13805563001.jpg"),
    Leak("file_name_name", "郗知白", "郗知白.jpg"),
    Leak("caption_id", "340803195003041233", "340803195003041233的证"),
    Leak("caption_child", "滕小禾", "滕小禾，7岁，领奖"),
    Leak("document_pdf", "340803195003051239"),
    Leak("document_word", "340803195003061235"),
)
WORDS = (
    Leak("paper_name", "13805563009", "13805563009.docx"),
    Leak("why_id", "340803195004011231", "原写成340803195004011231"),
    Leak("why_name", "郑守信病重", "郑守信病重，多录"),
    Leak("down_phone", "13805564001", "13805564001来电反映"),
    Leak("down_name", "窦长生", "窦长生本人要求撤下"),
    Leak("taken_down", "施长庆"),
    Leak("taken_down_older", "庞子墨"),
    Leak("sent_back", "13805564002", "13805564002说少了两户"),
    Leak("answer", "13805564003", "问过13805564003，可以公开"),
    Leak("draft", "翁长庚"),
    Leak("draft_discarded", "麦长河"),
    Leak("draft_submitted", "桑长风"),
    Leak("dry_run", "葛长川"),
    Leak("complaint", "340803195004021237", "他的证号340803195004021237"),
    Leak("reply", "13805564004", "已请13805564004处理"),
    Leak("committee_topics", "13805564005", "13805564005反映收支"),
    Leak("committee_opinion", "340803195004031233", "340803195004031233领了两次"),
    Leak("member_left", "冉长宁", "接替的是冉长宁"),
    Leak("not_here", "13805564006", "13805564006说没有这类户"),
    Leak("check_words", "340803195004041239", "漏了340803195004041239"),
)

Plant = Callable[[Any, Any, str], None]


def _hidden_sheet(book: Any, _sheet: Any, secret: str) -> None:
    other = book.create_sheet("底册")
    other.append([secret])
    other.sheet_state = "hidden"


def _second_sheet(book: Any, _sheet: Any, secret: str) -> None:
    book.create_sheet("底册").append([secret])


def _hidden_row(_book: Any, sheet: Any, secret: str) -> None:
    sheet.append([secret, "一组", 1])
    sheet.row_dimensions[sheet.max_row].hidden = True


def _hidden_column(_book: Any, sheet: Any, secret: str) -> None:
    sheet["D2"] = secret
    sheet.column_dimensions["D"].hidden = True


def _comment(_book: Any, sheet: Any, secret: str) -> None:
    sheet["A2"].comment = Comment(secret, "")


def _white(_book: Any, sheet: Any, secret: str) -> None:
    sheet["D2"] = secret
    sheet["D2"].font = Font(color="FFFFFFFF")


def _merged(_book: Any, sheet: Any, secret: str) -> None:
    sheet["D2"] = secret
    sheet.merge_cells("D2:D3")


def _beside(_book: Any, sheet: Any, secret: str) -> None:
    sheet["M1"], sheet["M2"] = "备查", secret


def _below(_book: Any, sheet: Any, secret: str) -> None:
    sheet["K40"] = secret


def _choices(_book: Any, sheet: Any, secret: str) -> None:
    rule = DataValidation(type="list", formula1=f'"{secret},无"')
    sheet.add_data_validation(rule)
    rule.add("D2")


def _defined(book: Any, _sheet: Any, secret: str) -> None:
    book.defined_names["底"] = DefinedName("底", attr_text=f'"{secret}"')


def _header(_book: Any, sheet: Any, secret: str) -> None:
    sheet.oddHeader.center.text = secret
    sheet.oddFooter.center.text = secret


def _properties(book: Any, _sheet: Any, secret: str) -> None:
    book.properties.creator = book.properties.description = secret


def _sheet_name(_book: Any, sheet: Any, secret: str) -> None:
    sheet.title = secret


def _formula(_book: Any, sheet: Any, secret: str) -> None:
    sheet["D2"] = f'=IF(1=1,"误工","{secret}")'


TABLES: dict[str, Plant] = {
    "sheet_hidden": _hidden_sheet,
    "sheet_second": _second_sheet,
    "sheet_hidden_row": _hidden_row,
    "sheet_hidden_column": _hidden_column,
    "sheet_comment": _comment,
    "sheet_white_text": _white,
    "sheet_merged_card": _merged,
    "sheet_other_column": _beside,
    "sheet_below_table": _below,
    "sheet_choices": _choices,
    "sheet_defined_name": _defined,
    "sheet_header_footer": _header,
    "sheet_properties": _properties,
    "sheet_name": _sheet_name,
    "sheet_formula": _formula,
}
SHEETS = tuple(
    Leak(code, f"3408031950050{number:02d}1239") for number, code in enumerate(TABLES, start=10)
)
PAPERS = tuple(Leak(each.code, each.secret) for each in planted())
LEAKS = (*ROWS, *NOTES, *TITLES, *PICTURES, *WORDS, *SHEETS, *PAPERS)


def workbook(template: bytes, leak: Leak) -> bytes:
    """Return an item's template with a good row, and something that does not show."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    sheet.append(["郑守信", "一组", 321, "误工"])
    TABLES[leak.code](book, sheet, leak.secret)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
