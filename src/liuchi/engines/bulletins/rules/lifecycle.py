"""Who may write, check and issue, and what stands in the way. Pure decisions.

=========  =====================  =====================================================
state      verb                   leads to
=========  =====================  =====================================================
draft      write (edit)           draft
draft      check                  checked, by somebody else than who wrote it last
checked    write (edit)           draft: what was checked is not what stands there now
checked    issue                  issued, if every figure is still what was checked
issued     –                      nothing; a correction is a bulletin of its own
=========  =====================  =====================================================
"""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.bulletins.enums import State
from liuchi.kernel.decisions import ALLOWED, Decision, refuse


def may_edit(state: State) -> Decision:
    """Whether a bulletin's text may be changed."""
    if state is State.ISSUED:
        return refuse(
            "already_issued",
            "已签发的简报不能改。要更正，请另出一期。",
            "An issued bulletin never changes. Correct it in an issue of its own.",
        )
    return ALLOWED


def may_check(state: State, written_by: UUID, checker: UUID) -> Decision:
    """Whether somebody may confirm that a draft is right: a second pair of eyes."""
    if state is not State.DRAFT:
        return refuse("not_a_draft", "这份简报不在待核对状态。", "This bulletin is no draft.")
    if written_by == checker:
        return refuse(
            "own_draft",
            "不能核对自己写的，请另一位同事核对。",
            "Somebody else has to check what you wrote.",
        )
    return ALLOWED


def may_issue(state: State, changed: int) -> Decision:
    """Whether a bulletin may go out; ``changed`` figures are neither renewed nor accepted."""
    if state is not State.CHECKED:
        return refuse("not_checked", "还没有核对，不能签发。", "It has to be checked first.")
    return figures_stand(changed)


def figures_stand(changed: int) -> Decision:
    """Whether every figure is still what was written down, or knowingly kept."""
    if changed:
        return refuse(
            "figures_changed",
            "有 {count} 个数字变了，请先更新或确认沿用。",
            "{count} figures have changed: renew them or keep them knowingly.",
            count=changed,
        )
    return ALLOWED
