"""Pure decisions about sign-in names and passwords."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.sentences import Sentence

PASSWORD_CHARACTERS_MIN = 10  # the setting AUTH_PASSWORD_VALIDATORS says the same
DISPLAY_NAME_CHARACTERS_MAX = 40

_USERNAME = re.compile(r"[\w.\-@]{2,64}")


def normal_username(text: str) -> str:
    """Return a sign-in name in the one form it is stored in.

    Full-width letters typed with a Chinese input method mean the same name.
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()


def username_usable(username: str) -> Decision:
    """Decide whether a normalised sign-in name may be given out."""
    if _USERNAME.fullmatch(username):
        return ALLOWED
    return refuse(
        "username_unusable",
        "登录名用 2 至 64 个字母、数字或汉字，可含 . - _ @，不能有空格。",
        "A sign-in name has 2 to 64 letters or digits and may contain . - _ @ but no spaces.",
    )


def display_name_usable(name: str) -> Decision:
    """Decide whether a name may be shown for an account."""
    if 0 < len(name) <= DISPLAY_NAME_CHARACTERS_MAX:
        return ALLOWED
    return refuse(
        "display_name_unusable",
        "请填写姓名，最多 {most} 个字。",
        "Give a name of at most {most} characters.",
        most=DISPLAY_NAME_CHARACTERS_MAX,
    )


def weak_password(reasons: Iterable[str]) -> Sentence:
    """Return why a password is too weak, for the codes of Django's validators."""
    known = {
        "password_too_short": (
            f"密码至少 {PASSWORD_CHARACTERS_MIN} 个字符。",
            f"A password has at least {PASSWORD_CHARACTERS_MIN} characters.",
        ),
        "password_too_common": (
            "这个密码太常见，容易被猜到。",
            "This password is too common and easy to guess.",
        ),
    }
    other = ("请换一个更不容易猜到的密码。", "Choose a password that is harder to guess.")
    said = [known.get(reason, other) for reason in reasons]
    return Sentence("".join(zh for zh, _ in said), " ".join(en for _, en in said))


def may_manage_users(actor: Actor) -> Decision:
    """Decide whether the actor may make accounts and reset passwords."""
    return actor.may("accounts.user.write")


def may_reset(actor: Actor, *, user_is_self: bool, reaches: bool) -> Decision:
    """Decide about a reset by somebody else; one's own password needs the old one.

    ``reaches`` says whether every place the user holds a role in lies in the actor's
    area: a community secretary must not take over a town clerk's account.
    """
    own = (
        refuse(
            "own_password",
            "修改自己的密码请用“修改密码”，需要输入原密码。",
            "Change your own password under 'Change password'; it asks for the old one.",
        )
        if user_is_self
        else ALLOWED
    )
    far = (
        ALLOWED
        if reaches
        else refuse(
            "account_out_of_reach",
            "这个账号的岗位不在您的范围内，请联系管理员。",
            "This account holds a post outside your area. Ask the administrator.",
        )
    )
    return first_refusal(may_manage_users(actor), own, far)
