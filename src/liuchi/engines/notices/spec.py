"""What an installation says about its channels (``LIUCHI_NOTICES``, a JSON object).

Nothing said means: messages are shown on the console in a demo, and nothing leaves the
house in production. The provider's own words (template, signature) are approved by it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SmsSpec(_Shape):
    """A gateway that takes one signed POST for each message.

    ``form`` is how the body is written. The header ``X-Signature`` is the HMAC-SHA256 with
    ``secret`` of the header ``X-Timestamp``, a line feed and the body, in hexadecimal.
    """

    url: str = Field(pattern=r"^https?://")
    key_id: str
    secret: SecretStr
    signature: str = Field(min_length=1, max_length=12)
    template: str = Field(min_length=1)
    code_template: str = ""
    form: Literal["json", "form"] = "json"
    timeout_seconds: float = Field(default=5, gt=0, le=30)


class WeChatSpec(_Shape):
    """An official account that may send template messages.

    ``site`` opens when a message is tapped; the three fields are the template's own names.
    """

    app_id: str
    secret: SecretStr
    template: str
    site: str = Field(default="", pattern=r"^(https?://.*)?$")
    title_field: str = "thing1"
    text_field: str = "thing2"
    time_field: str = "time3"
    url: str = Field(default="https://api.weixin.qq.com", pattern=r"^https?://")
    authorize_url: str = Field(
        default="https://open.weixin.qq.com/connect/oauth2/authorize", pattern=r"^https?://"
    )
    timeout_seconds: float = Field(default=5, gt=0, le=30)


class ChannelsSpec(_Shape):
    """The channels of an installation, and its hours for people who have set none.

    Quiet hours run from ``quiet_from_hour`` up to ``quiet_to_hour``, over midnight too;
    equal hours mean none. ``most_per_day`` is for one recipient and one channel.
    """

    sms: SmsSpec | None = None
    wechat: WeChatSpec | None = None
    console: bool = True
    quiet_from_hour: int = Field(default=21, ge=0, le=23)
    quiet_to_hour: int = Field(default=8, ge=0, le=23)
    digest_hour: int = Field(default=18, ge=0, le=23)
    most_per_day: int = Field(default=3, ge=1, le=20)
