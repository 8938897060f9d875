"""Words of disclosures that other layers use."""

from __future__ import annotations

from enum import StrEnum


class ColumnKind(StrEnum):
    """What stands in a column of a template."""

    TEXT = "text"
    NAME = "name"
    AMOUNT = "amount"  # of money, in yuan with at most two decimals
    COUNT = "count"
    DATE = "date"
    PERIOD = "period"  # 2026-03, 2026年第一季度: as the office writes it
    GROUP = "group"  # 村民组、小区
    ID_NUMBER = "id_number"
    PHONE = "phone"
    CARD = "card"
    ADDRESS = "address"

    @property
    def is_sensitive(self) -> bool:
        """Whether the public never reads it whole."""
        return self in {self.ID_NUMBER, self.PHONE, self.CARD, self.ADDRESS}

    @property
    def keeps_tail_only(self) -> bool:
        """Whether no more than its last characters are kept at all."""
        return self in {self.ID_NUMBER, self.PHONE, self.CARD}


class Sensitivity(StrEnum):
    """What the public reads of a column."""

    SHOWN = "shown"
    MASKED = "masked"
    OMITTED = "omitted"


class Frequency(StrEnum):
    """How often an item is posted."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    AT_ONCE = "at_once"


class Matter(StrEnum):
    """What the law calls an item; it says how often at least it is posted."""

    GENERAL = "general"  # 一般事项
    FINANCE = "finance"  # 财务收支
    MAJOR = "major"  # 涉及村民利益的重大事项


class Origin(StrEnum):
    """Whether an item is of the base list or was added by the place."""

    BASE = "base"
    ADDED = "added"


class Audience(StrEnum):
    """Who looks for an item first."""

    RESIDENTS = "residents"
    ENTERPRISES = "enterprises"


class Guards(StrEnum):
    """Whom an item is about, so that its names are always masked."""

    MINORS = "minors"
    HEALTH = "health"  # illness or disability


class Doing(StrEnum):
    """What a step of a decision procedure is: 议、公开、参与."""

    DISCUSS = "discuss"
    DISCLOSE = "disclose"
    TAKE_PART = "take_part"


class PostingState(StrEnum):
    """Where a posting stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    RELEASED = "released"
    CORRECTED = "corrected"  # a newer version is out; this one stays readable as such
    TAKEN_DOWN = "taken_down"
    DISCARDED = "discarded"

    @property
    def is_open(self) -> bool:
        """Whether it is still being prepared."""
        return self in {self.DRAFT, self.SUBMITTED, self.SENT_BACK}

    @property
    def is_public(self) -> bool:
        """Whether everybody may read its rows."""
        return self in {self.RELEASED, self.CORRECTED}


class PostingVerb(StrEnum):
    """What may be done with a posting."""

    EDIT = "edit"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    RELEASE = "release"
    CORRECT = "correct"  # begins a new version of what is out
    TAKE_DOWN = "take_down"
    DISCARD = "discard"


class FoundKind(StrEnum):
    """Kinds of personal data the scan looks for."""

    ID_NUMBER = "id_number"
    MOBILE = "mobile"
    CARD = "card"
    NAME_AGAIN = "name_again"  # a name that is masked in its column stands whole elsewhere
    LANDLINE = "landline"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"  # down to the door
    STREET = "street"  # a house's number: where somebody lives, or an office
    ACCOUNT = "account"  # e-mail, WeChat, QQ
    MINOR = "minor"
    HEALTH = "health"
    UNREAD = "unread"  # an attachment no text can be read from

    @property
    def is_final(self) -> bool:
        """Whether it never goes out, whatever reason is given."""
        return self in {self.ID_NUMBER, self.MOBILE, self.CARD, self.NAME_AGAIN}

    @property
    def is_always_cut(self) -> bool:
        """Whether it belongs to one person wherever it stands, a name beside it or not."""
        return self.is_final or self in {self.BIRTH_DATE, self.ADDRESS}


class FoundAt(StrEnum):
    """Where the scan found something."""

    CELL = "cell"
    NOTE = "note"
    TITLE = "title"
    WHY = "why"  # the reason of a correction
    FILE_NAME = "file_name"
    CAPTION = "caption"
    FILE = "file"
    PAPER = "paper"  # a document: in its column the place, the page and the line
    PAGE = "page"  # a page of one that somebody has to look at


class Standing(StrEnum):
    """How a village stands with an item in a period."""

    IN_TIME = "in_time"
    LATE = "late"
    DUE = "due"
    MISSING = "missing"
    THIN = "thin"
    MALFORMED = "malformed"


class Fault(StrEnum):
    """What a spot check may find."""

    OMITTED = "omitted"  # 漏录
    UNDER_REPORTED = "under_reported"  # 少录
    WRONG_FORM = "wrong_form"  # 格式有误
    WRONG_CONTENT = "wrong_content"  # 内容有误


class FaultStanding(StrEnum):
    """Where a drawn posting stands between its draw and the strike-off of what was found."""

    TO_CHECK = "to_check"
    FOUND_NOTHING = "found_nothing"
    TO_MEND = "to_mend"
    OVERDUE = "overdue"
    MENDED = "mended"  # the village has said how; another person looks
    STRUCK_OFF = "struck_off"


class ImportState(StrEnum):
    """Where a table brought for a posting stands."""

    CHECKED = "checked"
    DONE = "done"
    UNDONE = "undone"


class OfficialCell(StrEnum):
    """What a column of an official template says of a posting, beside the cells of its rows."""

    NUMBER = "number"  # rows counted from 1, over the whole sheet
    VILLAGE = "village"
    GROUP = "group"
    ITEM = "item"
    SUBJECT = "subject"
    PERIOD = "period"
    RESPONSIBLE = "responsible"
    SUPERVISING = "supervising"
    BASIS = "basis"
    RELEASED = "released"
    VERSION = "version"
    CONTENT = "content"  # the whole row in words, for templates that are one for all items
    AMOUNT = "amount"
    NOTE = "note"
