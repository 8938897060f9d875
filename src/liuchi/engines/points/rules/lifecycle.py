"""The life of a claim as one table: state × verb → next state, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from liuchi.engines.points.enums import ClaimState, ClaimVerb
from liuchi.kernel.decisions import Decision, refuse
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

_MOVES: Mapping[tuple[ClaimState, ClaimVerb], ClaimState] = {
    (ClaimState.PROPOSED, ClaimVerb.APPROVE): ClaimState.ON_NOTICE,
    (ClaimState.PROPOSED, ClaimVerb.FORWARD): ClaimState.PROPOSED,
    (ClaimState.PROPOSED, ClaimVerb.REJECT): ClaimState.REJECTED,
    (ClaimState.PROPOSED, ClaimVerb.RETURN): ClaimState.RETURNED,
    (ClaimState.PROPOSED, ClaimVerb.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.RETURNED, ClaimVerb.RESUBMIT): ClaimState.PROPOSED,
    (ClaimState.RETURNED, ClaimVerb.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.PROPOSED, ClaimVerb.TAKE_BACK): ClaimState.WITHDRAWN,
    (ClaimState.RETURNED, ClaimVerb.TAKE_BACK): ClaimState.WITHDRAWN,
    (ClaimState.ON_NOTICE, ClaimVerb.TAKE_BACK): ClaimState.WITHDRAWN,
    (ClaimState.ON_NOTICE, ClaimVerb.OBJECT): ClaimState.ON_NOTICE,
    (ClaimState.ON_NOTICE, ClaimVerb.UPHOLD): ClaimState.REJECTED,
    (ClaimState.ON_NOTICE, ClaimVerb.CORRECT): ClaimState.ON_NOTICE,
    (ClaimState.ON_NOTICE, ClaimVerb.POST): ClaimState.POSTED,
    (ClaimState.REJECTED, ClaimVerb.REINSTATE): ClaimState.ON_NOTICE,
    (ClaimState.POSTED, ClaimVerb.OBJECT): ClaimState.POSTED,
    (ClaimState.POSTED, ClaimVerb.REVERSE): ClaimState.REVERSED,
}

STATE_WORDS: Mapping[ClaimState, Sentence] = {
    ClaimState.PROPOSED: Sentence("待评议", "to be reviewed"),
    ClaimState.RETURNED: Sentence("退回补充", "returned for more"),
    ClaimState.ON_NOTICE: Sentence("公示中", "on notice"),
    ClaimState.REJECTED: Sentence("未通过", "rejected"),
    ClaimState.WITHDRAWN: Sentence("已撤回", "withdrawn"),
    ClaimState.POSTED: Sentence("已记入", "posted"),
    ClaimState.REVERSED: Sentence("已冲正", "reversed"),
}
VERB_WORDS: Mapping[ClaimVerb, Sentence] = {
    ClaimVerb.APPROVE: Sentence("通过", "approve"),
    ClaimVerb.FORWARD: Sentence("初评通过", "pass on"),
    ClaimVerb.REJECT: Sentence("不通过", "reject"),
    ClaimVerb.RETURN: Sentence("退回", "return"),
    ClaimVerb.RESUBMIT: Sentence("重新提交", "resubmit"),
    ClaimVerb.WITHDRAW: Sentence("撤回", "withdraw"),
    ClaimVerb.TAKE_BACK: Sentence("撤销导入", "take back"),
    ClaimVerb.OBJECT: Sentence("提出异议", "object"),
    ClaimVerb.UPHOLD: Sentence("异议成立", "uphold"),
    ClaimVerb.CORRECT: Sentence("更正", "correct"),
    ClaimVerb.REINSTATE: Sentence("复议通过", "reinstate"),
    ClaimVerb.POST: Sentence("记入", "post"),
    ClaimVerb.REVERSE: Sentence("冲正", "reverse"),
}
_REASONS: Mapping[ClaimState, tuple[str, Sentence]] = {
    ClaimState.PROPOSED: (
        "claim_not_reviewed",
        Sentence("这笔申报还没有评议。", "This claim has not been reviewed yet."),
    ),
    ClaimState.RETURNED: (
        "claim_returned",
        Sentence(
            "这笔申报已退回补充，请等重新提交。", "This claim was returned; await its return."
        ),
    ),
    ClaimState.ON_NOTICE: (
        "claim_on_notice",
        Sentence(
            "这笔申报已评议通过，正在公示。有不同意见请在公示期内提出。",
            "This claim was approved and stands on notice. Object while the notice runs.",
        ),
    ),
    ClaimState.REJECTED: (
        "claim_rejected",
        Sentence(
            "这笔申报没有通过评议，已经办结。如有新材料，请另行申报。",
            "This claim was rejected and is closed. With new evidence, make a new claim.",
        ),
    ),
    ClaimState.WITHDRAWN: (
        "claim_withdrawn",
        Sentence("这笔申报已撤回。", "This claim was withdrawn."),
    ),
    ClaimState.POSTED: (
        "claim_posted",
        Sentence(
            "这笔积分已经记入。如有错误，请由另一人冲正。",
            "These points are posted. If they are wrong, somebody else must reverse them.",
        ),
    ),
    ClaimState.REVERSED: (
        "claim_reversed",
        Sentence("这笔积分已经冲正。", "These points have been reversed already."),
    ),
}

Cell = ClaimState | Decision

LIFECYCLE: Mapping[tuple[ClaimState, ClaimVerb], Cell] = {
    (state, verb): _MOVES.get((state, verb))
    or refuse(_REASONS[state][0], _REASONS[state][1].zh, _REASONS[state][1].en)
    for state, verb in product(ClaimState, ClaimVerb)
}
"""Total: every state answers every verb."""


def next_state(state: ClaimState, verb: ClaimVerb) -> Cell:
    """Return the state a verb leads to, or the refusal."""
    return LIFECYCLE[state, verb]


def moved(state: ClaimState, verb: ClaimVerb) -> ClaimState:
    """Return the state an allowed verb leads to; raises Refused for any other."""
    cell = LIFECYCLE[state, verb]
    if not isinstance(cell, ClaimState):
        raise Refused(cell.reason_code, _REASONS[state][1])
    return cell


_RENEW = 'from liuchi.engines.points.rules import *; print(lifecycle_markdown(), end="")'


def lifecycle_markdown() -> str:
    """Return ``docs/reference/points-lifecycle.md``: a diagram and the whole table."""
    lines = [
        "# The life of a points claim · 积分申报的流转",
        "",
        "Generated from `liuchi.engines.points.rules.lifecycle`; do not edit. To renew it:",
        "",
        "```",
        f"python -c '{_RENEW}' > docs/reference/points-lifecycle.md",
        "```",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> proposed",
    ]
    lines += [f"    {a.value} --> {b.value}: {verb.value}" for (a, verb), b in _MOVES.items()]
    ends = [s for s in ClaimState if not any(a is s for a, _ in _MOVES)]
    lines += [f"    {state.value} --> [*]" for state in ends]
    lines += ["```", "", "Where a move is refused, the table names the reason code.", ""]
    lines.append("| state | " + " | ".join(_words(VERB_WORDS[v]) for v in ClaimVerb) + " |")
    lines.append("|---" * (len(ClaimVerb) + 1) + "|")
    for state in ClaimState:
        cells = (LIFECYCLE[state, verb] for verb in ClaimVerb)
        shown = (
            f"`{cell.reason_code}`" if isinstance(cell, Decision) else f"→ **{cell.value}**"
            for cell in cells
        )
        lines.append(
            f"| {_words(STATE_WORDS[state])} `{state.value}` | " + " | ".join(shown) + " |"
        )
    return "\n".join([*lines, "", *_WAITING]) + "\n"


_WAITING = (
    "## What waits too long · 到期没有人评议",
    "",
    "A claim that nobody of the village has reviewed within `review_within` (one work day by",
    "default) goes to the town office (转办事处复核) with the reason `overdue`; where the village",
    "has nobody who could review it, at once, with `no_second_person`. It stays `proposed`, and",
    "the village may still review it: whoever comes first decides, the other is told so. The",
    "town office reviews nothing that has not come up to it.",
)


def _words(sentence: Sentence) -> str:
    return f"{sentence.zh} {sentence.en}"
