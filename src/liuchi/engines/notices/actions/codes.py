"""Sign-in codes: the one message that is awaited, at any hour, by who is not signed in."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID

from liuchi.engines.journal.actions import once
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import queries, rules
from liuchi.engines.notices.enums import Channel, MessageState, Recipient
from liuchi.engines.notices.models import Message
from liuchi.engines.notices.scope import address_place, key_ring, sender, text_place
from liuchi.kernel import clock
from liuchi.kernel.errors import FieldError, Invalid, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

CODE_EXPIRES_AFTER = timedelta(minutes=5)
_PHONE = re.compile(r"\+?[0-9]{6,15}")


def send_code(*, phone: str, sentence: Sentence, key: str) -> UUID:
    """Send a sign-in code to a number and return the message's id; the worker carries it out.

    ``sentence`` holds the code in its values; a gateway fills its approved template with
    them. No quiet hours, no daily limit (the caller throttles), given up after five
    minutes. Number and text are sealed and wiped once it is over. The same key sends once.
    Refused("sms_not_set_up"), Invalid("phone_unusable").
    """
    if not queries.sms_ready():
        raise Refused(
            "sms_not_set_up",
            Sentence(
                "这里没有开通短信，请到社区打印一张登录条。",
                "Text messages are not set up here. Ask the community office for a slip.",
            ),
        )
    number = "".join(phone.split()).replace("-", "")
    if not _PHONE.fullmatch(number):
        wrong = Sentence("请填写手机号码。", "Give a mobile number.")
        raise Invalid("phone_unusable", wrong, (FieldError("phone", wrong),))
    message_id, now, actor = new_id(), clock.now(), sender()
    data_key, wrapped = key_ring().new_subject_key(str(message_id))
    text = json.dumps(
        {"text": rules.line(sentence.in_language("zh")), "values": sentence.values},
        ensure_ascii=False,
    )
    with acting_as(actor):
        # An empty body: a hash of a phone number is as good as the number.
        done = once("notices.send_code", key, {}, message_id)
        if done is not None:
            return done
        Message.objects.create(
            id=message_id,
            recipient_kind=Recipient.PHONE,
            recipient_id=message_id,
            channel=Channel.SMS,
            is_digest=False,
            is_urgent=True,
            state=MessageState.PENDING,
            send_at=now,
            expires_at=now + CODE_EXPIRES_AFTER,
            created_at=now,
            wrapped_key=wrapped,
            sealed_address=data_key.encrypt(number, address_place(message_id)),
            sealed_text=data_key.encrypt(text, text_place(message_id)),
        )
    return message_id
