"""Handing over on one screen: what is open, who takes it up, from when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.collect import queries as collect
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import Ending
from liuchi.engines.directory.queries import Candidate, HeldPost
from liuchi.engines.files import queries as files
from liuchi.engines.points import queries as points
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor

VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of open work; ``after`` says who does it once the person has left."""

    title: str | Promise
    count: int
    after: str | Promise


@dataclass(frozen=True, slots=True)
class Leaving:
    """A post with its open work, and the names of its fields in the form."""

    post: HeldPost
    work: tuple[Work, ...]
    candidates: tuple[Candidate, ...]

    @property
    def end_name(self) -> str:
        """Field: whether this post is handed over now."""
        return f"end_{self.post.id.hex}"

    @property
    def to_name(self) -> str:
        """Field: who takes over."""
        return f"to_{self.post.id.hex}"


class _Taker(forms.ChoiceField):
    """Asked for where the post is handed over, and only there; the form says so."""

    def validate(self, value: Any) -> None:
        """Check what was chosen, not that anything was."""
        if value:
            super().validate(value)


class HandOverForm(Sheet):
    """Which posts end, who takes each, and from which day."""

    on = forms.DateField(
        label=_("从哪天起不再任职"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )

    def __init__(self, *args: Any, leavings: tuple[Leaving, ...], **kwargs: Any) -> None:
        """Take what may be handed over; the first is the post the page is about."""
        super().__init__(*args, **kwargs)
        self.leavings = leavings
        self.fields["on"].initial = clock.today
        self.fields["on"].widget.attrs["min"] = clock.today().isoformat()
        for place, each in enumerate(leavings):
            self.fields[each.end_name] = forms.BooleanField(
                label=format_lazy("{} · {}", each.post.title, each.post.area_name),
                required=False,
                initial=place == 0,
            )
            self.fields[each.to_name] = _Taker(label=_("谁来接"), choices=_choices(each))

    @property
    def rows(self) -> list[tuple[Leaving, forms.BoundField, forms.BoundField]]:
        """Return each post with its two fields."""
        return [(each, self[each.end_name], self[each.to_name]) for each in self.leavings]

    def clean(self) -> dict[str, Any]:
        """Ask who takes each post that ends: leaving it vacant is said, not forgotten."""
        values = super().clean() or self.cleaned_data
        for each in self.leavings:
            if values.get(each.end_name) and not values.get(each.to_name):
                self.add_error(each.to_name, _("请选择谁来接。"))
        return values

    @property
    def endings(self) -> tuple[Ending, ...]:
        """Return what was chosen."""
        values = self.cleaned_data
        return tuple(
            Ending(
                each.post.id,
                None if values[each.to_name] == VACANT else UUID(values[each.to_name]),
            )
            for each in self.leavings
            if values[each.end_name]
        )


@requires("accounts.post.write")
@takes_post
@second_factor
def hand_over(request: SeatedRequest, post_id: UUID) -> HttpResponse:
    """Show the open work of a post and hand it over with one confirmation."""
    if request.method != "POST":
        return _show(request, post_id, None)
    if request.POST.get("do") == "cancel":
        return _cancel(request, post_id)
    with reading(request):
        post, leavings = _leavings(request.actor, post_id)
    form = HandOverForm(request.POST, leavings=leavings)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            directory_actions.hand_over(
                leaver_id=post.user_id,
                endings=form.endings,
                on=values["on"],
                actor=request.actor,
                key=values["key"],
            )
            return HttpResponseRedirect(f"{reverse('desk-hand-over', args=[post_id])}?done=1")
    with reading(request):
        return _show(request, post_id, form)


class CancelForm(Sheet):
    """Take a planned hand-over back: nothing to fill in."""


def _cancel(request: SeatedRequest, post_id: UUID) -> HttpResponse:
    """Take back what is planned for a day to come."""
    form = CancelForm(request.POST)
    if form.checked():
        with form.refusals():
            directory_actions.cancel_hand_over(
                post_id=post_id, actor=request.actor, key=form.cleaned_data["key"]
            )
            return HttpResponseRedirect(reverse("desk-hand-over", args=[post_id]))
    with reading(request):
        return _show(request, post_id, None, form)


def _show(
    request: SeatedRequest,
    post_id: UUID,
    form: HandOverForm | None,
    cancelling: CancelForm | None = None,
) -> HttpResponse:
    post, leavings = _leavings(request.actor, post_id)
    if form is None:
        form = HandOverForm.fresh(request, leavings=leavings)
    context = {
        "post": post,
        "leavings": leavings,
        "form": form,
        "cancelling": cancelling or CancelForm.fresh(request),
        "is_self": post.user_id == request.actor.id,
        "has_account": accounts.user(post.user_id).is_active,
        "just_done": "done" in request.GET,
    }
    return TemplateResponse(
        request, "desk/hand_over.html", context, status=(cancelling or form).status
    )


def _leavings(actor: Actor, post_id: UUID) -> tuple[HeldPost, tuple[Leaving, ...]]:
    """Return the post and, the post itself first, all the person could leave in this area."""
    post = directory.held_post(actor, post_id)
    held = directory.held_posts_of(actor, post.user_id)
    ordered = sorted(held, key=lambda each: each.id != post_id)
    return post, tuple(
        Leaving(each, _work(actor, each), directory.candidates(each)) for each in ordered
    )


def _work(actor: Actor, post: HeldPost) -> tuple[Work, ...]:
    """Gather what is open from every engine; kinds with nothing open are left out."""
    verbs = accounts.grants_of(post.role)
    found = points.post_work(actor, post.user_id, post.scope_code)
    taker, same = _("由接手的人办理"), _("由接手的人和同岗位的人办理")
    work = []
    if "points.claim.propose" in verbs:
        work += [
            Work(_("退回给本人补充的申报"), found.returned, taker),
            Work(_("本人提交、还在审核或公示的申报"), found.on_the_way, _("照常进行，名字不变")),
            Work(
                _("没做完的表格导入"),
                files.open_imports_of(actor, post.user_id),
                taker,
            ),
        ]
    if "points.claim.review" in verbs:
        work.append(Work(_("待审核的申报"), found.to_review, same))
    if "points.objection.answer" in verbs:
        work.append(Work(_("待答复的异议"), found.objections, same))
    if "points.redemption.make" in verbs:
        work += [Work(format_lazy(_("超市值守：{}"), name), 1, same) for name in found.shops]
    if "collect.table.send" in verbs:
        owned = collect.owned_by(actor, post.user_id, post.scope_code)
        work.append(Work(_("负责收的表"), owned, _("由接手的人负责；没有人接手，请在表上换人")))
    return tuple(each for each in work if each.count)


def _choices(leaving: Leaving) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [("", _("请选择"))]
    for each in leaving.candidates:
        about = each.posts[0] if each.posts else ""
        if each.needs_post:
            words = format_lazy(
                _("{name}（{about}），任命为{title}"),
                name=each.name,
                about=about,
                title=leaving.post.title,
            )
        else:
            words = format_lazy("{name}（{about}）", name=each.name, about=about)
        found.append((str(each.user_id), words))
    return [*found, (VACANT, _("暂时空着"))]
