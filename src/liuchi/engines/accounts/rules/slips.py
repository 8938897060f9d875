"""One-time slips: who may issue one, and the life of a slip as one table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import product

from liuchi.engines.accounts.enums import SlipKind, SlipState, SlipVerb
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

_MOVES: Mapping[tuple[SlipState, SlipVerb], SlipState] = {
    (SlipState.OPEN, SlipVerb.USE): SlipState.USED,
    (SlipState.OPEN, SlipVerb.VOID): SlipState.VOIDED,
    (SlipState.OPEN, SlipVerb.LAPSE): SlipState.EXPIRED,
}
_STATE_WORDS: Mapping[SlipState, Sentence] = {
    SlipState.OPEN: Sentence("可用", "open"),
    SlipState.USED: Sentence("已用", "used"),
    SlipState.VOIDED: Sentence("已作废", "voided"),
    SlipState.EXPIRED: Sentence("已过期", "expired"),
}
_VERB_WORDS: Mapping[SlipVerb, Sentence] = {
    SlipVerb.USE: Sentence("使用", "use"),
    SlipVerb.VOID: Sentence("作废", "void"),
    SlipVerb.LAPSE: Sentence("到期", "lapse"),
}
# Whoever holds the slip reads these: it tells them what to do, and nobody else anything.
_REASONS: Mapping[SlipState, tuple[str, Sentence]] = {
    SlipState.USED: (
        "slip_used",
        Sentence(
            "这张登录条已经用过，请到窗口重新打印。",
            "This slip has been used. Ask the desk for a new one.",
        ),
    ),
    SlipState.VOIDED: (
        "slip_voided",
        Sentence(
            "这张登录条已作废，请用最新打印的一张。",
            "This slip is void. Use the one printed last.",
        ),
    ),
    SlipState.EXPIRED: (
        "slip_expired",
        Sentence(
            "这张登录条已过期，请到窗口重新打印。",
            "This slip has expired. Ask the desk for a new one.",
        ),
    ),
}

Cell = SlipState | Decision


def _refusal(state: SlipState) -> Decision:
    code, sentence = _REASONS[state]
    return refuse(code, sentence.zh, sentence.en)


SLIP_LIFECYCLE: Mapping[tuple[SlipState, SlipVerb], Cell] = {
    (state, verb): _MOVES.get((state, verb)) or _refusal(state)
    for state, verb in product(SlipState, SlipVerb)
}
"""Total: every state answers every verb."""


def slip_state(
    *,
    used_at: datetime | None,
    voided_at: datetime | None,
    expires_at: datetime,
    now: datetime,
) -> SlipState:
    """Return where a slip stands; nobody has to write down that it expired."""
    if used_at is not None:
        return SlipState.USED
    if voided_at is not None:
        return SlipState.VOIDED
    return SlipState.OPEN if now < expires_at else SlipState.EXPIRED


def slip_moved(state: SlipState, verb: SlipVerb) -> SlipState:
    """Return the state an allowed verb leads to; raises Refused for any other."""
    cell = SLIP_LIFECYCLE[state, verb]
    if not isinstance(cell, SlipState):
        raise Refused(cell.reason_code, _REASONS[state][1])
    return cell


def slip_unknown() -> Sentence:
    """Return what is said to a code that opens nothing here."""
    return Sentence("登录码不对，请核对后再输。", "This code is not right. Check it and try again.")


def may_issue(actor: Actor, *, kind: SlipKind, user_is_self: bool, reaches: bool) -> Decision:
    """Decide whether the actor may issue, or void, a slip for somebody.

    A slip that opens a post holder's new device takes the right to reset access: it stands
    in for the second factor. Nobody prints one for oneself.
    """
    resident = kind is SlipKind.SIGN_IN
    verb = actor.may("accounts.slip.issue" if resident else "accounts.access.reset")
    own = (
        refuse(
            "own_slip",
            "不能给自己打印登录条，请找别的工作人员。",
            "Nobody prints a slip for oneself. Ask a colleague.",
        )
        if user_is_self
        else ALLOWED
    )
    far = (
        ALLOWED
        if reaches
        else refuse(
            "slip_out_of_reach",
            "他的岗位不归您管，请找上一级。",
            "This person's post is not below yours. Ask the level above.",
        )
    )
    return first_refusal(verb, own, far)


_RENEW = 'from liuchi.engines.accounts.rules import *; print(slip_lifecycle_markdown(), end="")'


def slip_lifecycle_markdown() -> str:
    """Return ``docs/reference/slips-lifecycle.md``: a diagram and the whole table."""
    lines = [
        "# The life of a one-time slip · 一次性登录条的流转",
        "",
        "Generated from `liuchi.engines.accounts.rules.slips`; do not edit. To renew it:",
        "",
        "```",
        f"python -c '{_RENEW}' > docs/reference/slips-lifecycle.md",
        "```",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> open",
    ]
    lines += [f"    {a.value} --> {b.value}: {verb.value}" for (a, verb), b in _MOVES.items()]
    lines += [f"    {state.value} --> [*]" for state in SlipState if state is not SlipState.OPEN]
    lines += ["```", "", "Where a move is refused, the table names the reason code.", ""]
    lines.append("| state | " + " | ".join(_words(_VERB_WORDS[v]) for v in SlipVerb) + " |")
    lines.append("|---" * (len(SlipVerb) + 1) + "|")
    for state in SlipState:
        cells = (SLIP_LIFECYCLE[state, verb] for verb in SlipVerb)
        shown = (
            f"`{cell.reason_code}`" if isinstance(cell, Decision) else f"→ **{cell.value}**"
            for cell in cells
        )
        lines.append(
            f"| {_words(_STATE_WORDS[state])} `{state.value}` | " + " | ".join(shown) + " |"
        )
    return "\n".join(lines) + "\n"


def _words(sentence: Sentence) -> str:
    return f"{sentence.zh} {sentence.en}"
