"""Handing over: a leaver's posts end, others take up the work, the account is closed.

Whatever the leaver entered stays under the leaver's name. Who takes over answers for it
from then on, as whoever entered it would (``queries.answers_for``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.actions.posts import appoint, end_post
from liuchi.engines.directory.facts import HAND_OVER_CANCELLED, POST_HANDED_OVER, HandOverData
from liuchi.engines.directory.models import HandOver, Post
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as, changed
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Ending:
    """A post that is left, and the account that takes over; None leaves it vacant."""

    post_id: UUID
    successor_id: UUID | None


def hand_over(
    *, leaver_id: UUID, endings: Sequence[Ending], on: date, actor: Actor, key: str
) -> None:
    """End posts of one person from a day on and give what is open to successors.

    ``on`` is the first day without the posts, today or later. A successor whose own posts
    do not include what the post may do is appointed to it from that day. On the day the
    account is closed if no post and no resident remains behind it.
    """
    body = {
        "leaver": str(leaver_id),
        "posts": {str(each.post_id): str(each.successor_id) for each in endings},
        "on": str(on),
    }
    with acting_as(actor):
        if once(f"directory.hand_over:{actor.id}", key, body, new_id()) is not None:
            return
        if not endings:
            sentence = Sentence("请至少选择一个岗位。", "Choose at least one post.")
            raise Invalid("nothing_handed_over", sentence)
        if on < clock.today():
            sentence = Sentence("不能早于今天。", "Not before today.")
            raise Invalid("hand_over_early", sentence, (FieldError("on", sentence),))
        for number, ending in enumerate(endings):
            _end(leaver_id, ending, on, actor, f"{key}:{number}")
        if on == clock.today():
            _finish(leaver_id, actor, key)


def cancel_hand_over(*, post_id: UUID, actor: Actor, key: str) -> None:
    """Take back a hand-over whose day has not come: the post goes on with who holds it.

    The successor's appointment to that very post, made for that day, ends before it begins.
    """
    with acting_as(actor):
        plan = (
            HandOver.objects.select_for_update(of=("self",))
            .select_related("post__area")
            .filter(post_id=post_id)
            .first()
        )
        if plan is None:
            earlier = once(f"directory.cancel_hand_over:{actor.id}", key, _plan(post_id), post_id)
            if earlier is None:
                raise NotFound("post")
            return
        post = plan.post
        if not actor.covers(post.area.scope_code):
            raise NotFound("post")
        rules.may_hand_over(
            actor,
            post.area.scope_code,
            leaver_is_self=plan.leaver_id == actor.id,
            successor_is_leaver=False,
        ).or_refuse()
        rules.may_cancel_hand_over(is_done=plan.done_at is not None).or_refuse()
        once(f"directory.cancel_hand_over:{actor.id}", key, _plan(post_id), post_id)
        _never_began(plan, actor, key)
        _hold_again(post)
        plan.delete()
        record(
            HAND_OVER_CANCELLED.kind,
            actor=actor,
            subject_kind="post",
            subject_id=post.id,
            area_id=post.area_id,
            data=HandOverData(
                user=plan.leaver_id,
                role=post.role_id,
                area=post.area_id,
                successor=plan.successor_id,
                on=plan.on,
            ),
        )


def _plan(post_id: UUID) -> dict[str, str]:
    return {"post": str(post_id)}


def _never_began(plan: HandOver, actor: Actor, key: str) -> None:
    """End the successor's post that was to begin on the day."""
    if plan.successor_id is None:
        return
    post = plan.post
    begins = Post.objects.filter(
        user_id=plan.successor_id, role_id=post.role_id, area_id=post.area_id, valid_from=plan.on
    )
    for made in begins.filter(valid_to__isnull=True):
        if made.organization_id == post.organization_id:
            end_post(post_id=made.pk, actor=actor, key=f"{key}:never", on=plan.on)


def _hold_again(post: Post) -> None:
    try:
        with transaction.atomic():
            Post.objects.filter(pk=post.pk).update(valid_to=None)
    except IntegrityError as error:
        raise Conflict(
            "post_held",
            Sentence("这个人已经担任这个岗位。", "This person already holds this post."),
        ) from error


def finish_due(*, actor: Actor) -> int:
    """Finish what was planned for today or earlier; return for how many people."""
    due = HandOver.objects.filter(done_at__isnull=True, on__lte=clock.today())
    leavers = sorted(set(due.values_list("leaver_id", flat=True)))
    for leaver_id in leavers:
        with acting_as(actor):
            _finish(leaver_id, actor, f"hand-over-{leaver_id}-{clock.today()}")
    return len(leavers)


def _end(leaver_id: UUID, ending: Ending, on: date, actor: Actor, key: str) -> None:
    post = _locked(ending.post_id, leaver_id)
    successor_id, scope_code = ending.successor_id, post.area.scope_code
    if not actor.covers(scope_code):
        raise NotFound("post")
    rules.may_hand_over(
        actor,
        scope_code,
        leaver_is_self=leaver_id == actor.id,
        successor_is_leaver=successor_id == leaver_id,
    ).or_refuse()
    if post.valid_to is not None:
        raise Conflict("post_ended", Sentence("这个岗位已经结束。", "This post has already ended."))
    if successor_id is not None:
        accounts.user(successor_id)
        if not queries.can_stand_in(successor_id, post.role_id, scope_code):
            appoint(
                successor_id,
                post.role_id,
                post.area_id,
                post.organization_id,
                actor=actor,
                key=f"{key}:appoint",
                valid_from=on,
            )
    end_post(post_id=post.id, actor=actor, key=f"{key}:end", on=on)
    HandOver.objects.create(
        id=new_id(),
        post_id=post.id,
        leaver_id=leaver_id,
        successor_id=successor_id,
        on=on,
        planned_at=clock.now(),
        planned_by=actor.id,
    )
    record(
        POST_HANDED_OVER.kind,
        actor=actor,
        subject_kind="post",
        subject_id=post.id,
        area_id=post.area_id,
        data=HandOverData(
            user=leaver_id, role=post.role_id, area=post.area_id, successor=successor_id, on=on
        ),
    )


def _finish(leaver_id: UUID, actor: Actor, key: str) -> None:
    """Say that the day has come; close the account of whoever has nothing left to do here."""
    today = clock.today()
    HandOver.objects.filter(leaver_id=leaver_id, done_at__isnull=True, on__lte=today).update(
        done_at=clock.now()
    )
    changed("hand_overs")
    held = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), user_id=leaver_id)
    if held.exists() or queries.account_person(leaver_id) is not None:
        return
    if accounts.user(leaver_id).is_active:
        # The reach was decided post by post when the hand-over was made.
        accounts_actions.close_account(
            user_id=leaver_id, within_reach=True, actor=actor, key=f"{key}:close"
        )


def _locked(post_id: UUID, leaver_id: UUID) -> Post:
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(pk=post_id, user_id=leaver_id)
        .first()
    )
    if post is None:
        raise NotFound("post")
    return post
