"""Who signs in to the demo: a small staff for each community, the office, a few residents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from liuchi.engines.accounts.enums import Role
from liuchi.flows.demo.story import COMMUNITIES
from liuchi.kernel.sentences import Sentence

PASSWORD = "six-feet-lane"  # noqa: S105  of demo databases only, shown on their sign-in page
OFFICE = "菱北办事处"
ZONE = "安庆经济开发区"
RESIDENTS_PER_COMMUNITY = 3


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo account. ``place`` is the area of the post, or of a resident's home."""

    username: str
    role: Role
    place: str
    title: Sentence

    @property
    def password(self) -> str:
        """The password all demo accounts share."""
        return PASSWORD


_STAFF = (
    (Role.RECORDER, Sentence("记录员", "recorder")),
    (Role.REVIEWER, Sentence("评议员", "reviewer")),
    (Role.SECRETARY, Sentence("书记", "secretary")),
    (Role.SHOPKEEPER, Sentence("超市管理员", "shopkeeper")),
)
_OFFICE = (
    ("lingbei-clerk", Role.CLERK, OFFICE, Sentence("办事处工作人员", "office clerk")),
    ("lingbei-leader", Role.LEADER, OFFICE, Sentence("办事处领导", "office leader")),
    ("administrator", Role.ADMINISTRATOR, ZONE, Sentence("管理员", "administrator")),
)
# 社区随手报: those who go the rounds, who dispatches and who checks.
_MATTERS = (
    ("luochong-grid-worker", Role.GRID_WORKER, "罗冲社区", Sentence("网格员", "grid worker")),
    ("shengtang-grid-worker", Role.GRID_WORKER, "盛塘社区", Sentence("网格员", "grid worker")),
    ("lingbei-dispatcher", Role.DISPATCHER, OFFICE, Sentence("派遣员", "dispatcher")),
    ("lingbei-checker", Role.CHECKER, OFFICE, Sentence("核查员", "checker")),
)
# At a unit that deals with matters: appointed when the unit is on the books.
_HANDLERS = (
    ("lingbei-cleaning", Role.HANDLER, OFFICE, Sentence("环卫服务站", "street cleaning")),
    ("lingbei-repairs", Role.HANDLER, OFFICE, Sentence("市政维护站", "repairs")),
    ("lingbei-order", Role.HANDLER, OFFICE, Sentence("综合执法队", "street order")),
)
# At the counter of a partner: appointed when its agreement is signed.
_MERCHANTS = (
    ("shengtang-property", Role.MERCHANT, "盛塘社区", Sentence("物业公司前台", "property desk")),
    ("shengtang-car-shop", Role.MERCHANT, "盛塘社区", Sentence("汽车保养店", "garage")),
)


def sign_ins() -> tuple[SignIn, ...]:
    """Return every demo account, as printed at the start and on a demo's sign-in page."""
    return (
        *_of_communities(),
        *(SignIn(*row) for row in (*_OFFICE, *_MATTERS, *_HANDLERS, *_MERCHANTS)),
    )


def _of_communities() -> Iterator[SignIn]:
    for community in COMMUNITIES:
        for role, title in _STAFF:
            yield SignIn(f"{community.slug}-{role.value}", role, community.name, title)
        for number in range(1, RESIDENTS_PER_COMMUNITY + 1):
            username = f"{community.slug}-resident-{number}"
            title = Sentence("居民{n}", "resident {n}", {"n": number})
            yield SignIn(username, Role.RESIDENT, community.name, title)
