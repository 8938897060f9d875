"""Words of the points engine that others may use."""

from __future__ import annotations

from enum import StrEnum

from liuchi.engines.points.enums.campaigns import CampaignLineState as CampaignLineState
from liuchi.engines.points.enums.campaigns import CampaignSource as CampaignSource
from liuchi.engines.points.enums.campaigns import CampaignState as CampaignState
from liuchi.engines.points.enums.campaigns import CampaignVerb as CampaignVerb
from liuchi.engines.points.enums.campaigns import LeftOutReason as LeftOutReason


class Per(StrEnum):
    """What one award is for: the thing a quantity counts."""

    SESSION = "session"
    DAY = "day"
    CASE = "case"
    ITEM = "item"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"


class CapPer(StrEnum):
    """The period within which a rule's cap holds, by the day of the deed."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ONCE = "once"


class Evidence(StrEnum):
    """What shows that the deed was done."""

    ATTENDANCE = "attendance"
    PHOTO = "photo"
    CERTIFICATE = "certificate"
    REGISTER = "register"
    WITNESS = "witness"


class ClaimState(StrEnum):
    """Where a claim stands; the moves between are ``rules.LIFECYCLE``."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    ON_NOTICE = "on_notice"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    POSTED = "posted"
    REVERSED = "reversed"


class ClaimVerb(StrEnum):
    """What may be done with a claim."""

    APPROVE = "approve"
    FORWARD = "forward"  # one step of several says yes: the next one has it
    REJECT = "reject"
    RETURN = "return"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"  # the import it came from is undone
    OBJECT = "object"  # somebody says it is wrong: it waits for the answer
    UPHOLD = "uphold"  # an objection was right: it ends here
    CORRECT = "correct"  # an objection was right about the quantity: a new notice begins
    REINSTATE = "reinstate"  # an appeal was right: it goes on notice after all
    POST = "post"
    REVERSE = "reverse"


class Capacity(StrEnum):
    """In which capacity somebody asked for a claim to be made."""

    OWN = "own"  # the claimant, by phone or at the desk
    RECORDER = "recorder"  # staff who saw it, or found it in a book or on a list
    FAMILY = "family"  # somebody of the claimant's household
    NEIGHBOUR = "neighbour"  # anybody else who knows the claimant


class BatchKind(StrEnum):
    """What several claims were entered from together."""

    BOOK = "book"  # a page of a paper book
    ACTIVITY = "activity"  # an activity with its list of people


class UpperReason(StrEnum):
    """Why a claim went to the town office for review."""

    NO_SECOND_PERSON = "no_second_person"  # nobody of the village may review it
    OVERDUE = "overdue"  # nobody of the village did within the time the playbook gives


class ApprovalKind(StrEnum):
    """What one person asks for and another decides."""

    CORRECTION = "correction"  # an award undone, or lowered to the right quantity
    GIFT = "gift"  # goods handed out without points


class ApprovalState(StrEnum):
    """Where such a question stands."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class OpeningListState(StrEnum):
    """Where a list of opening balances stands."""

    ASKED = "asked"  # imported by one person, waits for another
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"  # taken back before anybody confirmed it
    UNDONE = "undone"  # taken back by contra-entries
    DECLINED = "declined"  # sent back by another person, who says why


class OpeningState(StrEnum):
    """Where one resident's opening balance stands."""

    ASKED = "asked"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


HOLDING_STATES = (
    ClaimState.PROPOSED,
    ClaimState.RETURNED,
    ClaimState.ON_NOTICE,
    ClaimState.POSTED,
)
"""States in which a claim takes up room under its rule's cap."""


class NoticeName(StrEnum):
    """How the person of an item appears on the public notice. Never in full."""

    MASKED = "masked"
    ANONYMOUS = "anonymous"


class ObjectionState(StrEnum):
    """Where an objection stands; the moves between are ``rules.OBJECTION_MOVES``."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ObjectionOutcome(StrEnum):
    """What the answer to an objection is."""

    STOPPED = "stopped"  # upheld: the item ends without points
    CORRECTED = "corrected"  # upheld: a smaller quantity goes on a new notice
    CONTRA_ENTRY = "contra_entry"  # upheld after posting: the award is to be reversed
    NOT_UPHELD = "not_upheld"


class ObjectionVia(StrEnum):
    """How an objection came in."""

    WEB = "web"
    PAPER = "paper"  # taken down by staff for somebody


class ClaimAppealState(StrEnum):
    """Where the appeal against a rejection stands."""

    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ClaimAppealOutcome(StrEnum):
    """What an appeal comes to."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class LineKind(StrEnum):
    """What a sealed line of an objection is."""

    TEXT = "text"
    CONTACT = "contact"
    ANSWER = "answer"


class GradeSum(StrEnum):
    """Which sum a local grade goes by."""

    EARNED = "earned"  # awards and their contra-entries, and what a paper book held
    AWARDED = "awarded"  # awards and their contra-entries alone


class GradePer(StrEnum):
    """Whose grade it is."""

    PERSON = "person"
    HOUSEHOLD = "household"


class GradeNames(StrEnum):
    """How a list of grades stands on public notice."""

    MASKED = "masked"  # masked name and grade
    COUNTS = "counts"  # how many of each grade, nobody's name


class GradeMethod(StrEnum):
    """How a grade came about. The two are never mixed."""

    LOCAL = "local"
    OFFICIAL = "official"


class RoundState(StrEnum):
    """Where a round of local grades stands; the moves are ``rules.grades.ROUND_MOVES``."""

    OPENED = "opened"
    COMPUTED = "computed"
    ON_NOTICE = "on_notice"
    ISSUED = "issued"
    CANCELLED = "cancelled"


class RoundVerb(StrEnum):
    """What may be done with a round."""

    COMPUTE = "compute"
    PUBLISH = "publish"
    OBJECT = "object"
    ISSUE = "issue"
    CANCEL = "cancel"
    CORRECT = "correct"  # a contra-entry came after it was issued


class GradeState(StrEnum):
    """Where one person's line of a round stands."""

    PROPOSED = "proposed"
    ISSUED = "issued"
    CORRECTED = "corrected"  # issued, and replaced by the line that names it
    CANCELLED = "cancelled"


class OfficialState(StrEnum):
    """Whether an imported grade stands, or its import was undone."""

    HELD = "held"
    UNDONE = "undone"


class AppealState(StrEnum):
    """Where an objection to a list of grades stands."""

    OPEN = "open"
    ANSWERED = "answered"


class AppealOutcome(StrEnum):
    """What the answer to it is. A grade is never set by hand: it is counted again."""

    RECOUNTED = "recounted"
    NOT_UPHELD = "not_upheld"


class CardState(StrEnum):
    """Whether a card is good, as the office holds it."""

    VALID = "valid"
    REVOKED = "revoked"


class CardEnd(StrEnum):
    """Why a card was revoked."""

    LOST = "lost"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"  # the resident no longer takes part
    LEFT = "left"  # moved away
    DIED = "died"
    MERGED = "merged"  # the record was a second one of somebody


class ClosingReason(StrEnum):
    """Why a purse is being closed."""

    WITHDRAWN = "withdrawn"  # consent was withdrawn: the resident no longer takes part
    MOVED = "moved"  # moved away, out of all places kept here
    DECEASED = "deceased"


class ClosingState(StrEnum):
    """Where the closing of a purse stands."""

    OPEN = "open"
    SETTLED = "settled"
    PASSED_ON = "passed_on"  # taken over by somebody of the household
    KEPT = "kept"  # consent was given again, or something else came first


class RedemptionState(StrEnum):
    """Whether goods were handed out for points, or that was undone."""

    MADE = "made"
    REVERSED = "reversed"


class BasketState(StrEnum):
    """Whether what was taken at the counter is in the ledger."""

    MADE = "made"
    REFUSED = "refused"  # taken without a network, and not to be posted afterwards


class Confirmation(StrEnum):
    """How a resident confirmed a redemption at the counter."""

    PIN = "pin"  # a number of the resident's own
    CODE = "code"  # from the resident's phone, once
    SIGNATURE = "signature"  # on the printed receipt, which the shop keeps


class StocktakeState(StrEnum):
    """Where a stocktake stands."""

    COUNTED = "counted"  # waits for a second person
    POSTED = "posted"
    DROPPED = "dropped"  # to be counted again


class MoveState(StrEnum):
    """Where goods sent to another shop are."""

    SENT = "sent"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class AccountKind(StrEnum):
    """Kinds of ledger accounts. Only ``issue`` and ``supply`` may go below zero."""

    ISSUE = "issue"  # where awarded points come from, one per place and currency
    PERSON = "person"  # what a resident may spend
    SHOP = "shop"  # points a shop has taken in
    SUPPLY = "supply"  # where goods come from
    STOCK = "stock"  # goods on a shop's shelf
    HANDED_OUT = "handed_out"  # goods residents have taken home


class TransferKind(StrEnum):
    """What a transfer in the ledger is for."""

    AWARD = "award"
    AWARD_REVERSAL = "award_reversal"
    REDEMPTION = "redemption"
    REDEMPTION_REVERSAL = "redemption_reversal"
    GIFT = "gift"
    STOCK_IN = "stock_in"
    OPENING = "opening"  # what somebody held in a paper book on a day
    OPENING_REVERSAL = "opening_reversal"
    EXPIRY = "expiry"  # points whose day is over
    SETTLEMENT = "settlement"  # somebody left for good
    MERGE = "merge"  # one human being was on the roster twice
    STOCK_COUNT = "stock_count"  # a stocktake found more or less than the books
    STOCK_TRANSFER = "stock_transfer"  # from one shop's shelf to another's
    REDEMPTION_RETURN = "redemption_return"  # part of what was handed out came back
    CAMPAIGN = "campaign"  # one item to many people, one transfer for all of them
    CAMPAIGN_REVERSAL = "campaign_reversal"


class Side(StrEnum):
    """A debit lowers an account's balance, a credit raises it."""

    DEBIT = "debit"
    CREDIT = "credit"


class Outcome(StrEnum):
    """What the owner's posting function answers for one item."""

    POSTED = "posted"
    REPEATED = "repeated"  # the key was posted before, with the same body
    CONFLICT = "conflict"  # the key was posted before, with another body
    INSUFFICIENT = "insufficient"  # an account would fall below zero
    STALE = "stale"  # the claim or redemption is no longer in the state to be moved from
    SET_ASIDE = "set_aside"  # a counter holds what it would take, for when its network is cut


class BenefitKind(StrEnum):
    """What a provider offers. Benefits only add: nobody pays more or waits longer for them."""

    DISCOUNT = "discount"  # so many tenths of the price
    AMOUNT_OFF = "amount_off"  # a sum off the price
    FEE_WAIVED = "fee_waived"  # a month of a fee waived, by one-time code
    PRIORITY = "priority"  # served first, in what the provider sells
    LOAN = "loan"  # something lent until a day
    GIFT = "gift"  # something handed out on the occasion


class CostBearer(StrEnum):
    """Who pays for a benefit."""

    PROVIDER = "provider"
    COMMUNITY = "community"
    SHARED = "shared"


class QuotaPer(StrEnum):
    """Whose uses are counted together."""

    PERSON = "person"
    HOUSEHOLD = "household"


class QuotaPeriod(StrEnum):
    """The stretch of the calendar a quota holds for."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AGREEMENT = "agreement"  # as long as the agreement runs


class AgreementState(StrEnum):
    """Where an agreement stands; signed and within its dates it is in force."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    ENDED = "ended"


class AgreementVerb(StrEnum):
    """What may be done with an agreement."""

    SIGN = "sign"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"


class UseState(StrEnum):
    """Whether a benefit was used, or that was undone."""

    MADE = "made"
    UNDONE = "undone"


class UseVia(StrEnum):
    """How a use came about."""

    CARD = "card"
    CODE = "code"  # a one-time code at the property desk


class StatementState(StrEnum):
    """Where a provider's monthly statement stands."""

    DRAWN = "drawn"  # waits for the provider
    CONFIRMED = "confirmed"  # by the provider; waits for the community
    DIFFERS = "differs"  # one side says it is wrong
    AGREED = "agreed"  # both have confirmed the same figures


class StatementSide(StrEnum):
    """The two sides of a statement."""

    PROVIDER = "provider"
    COMMUNITY = "community"
