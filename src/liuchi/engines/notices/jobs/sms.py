"""Text messages through a gateway that takes one signed POST for each."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

from liuchi.engines.notices.enums import Outcome
from liuchi.engines.notices.jobs import adapters
from liuchi.engines.notices.jobs.adapters import Parcel, Receipt
from liuchi.engines.notices.spec import SmsSpec
from liuchi.kernel import clock

_TAKEN = frozenset({"ok", "0", "success"})
_TAKEN_BEFORE = frozenset({"duplicate", "duplicate_request"})
_LATER = frozenset({"busy", "throttled", "limit"})


class SmsGateway:
    """Speaks the form that ``docs/guides/notices.md`` describes.

    The gateway answers ``{"code": "ok", "message_id": "…"}``. ``request_id`` is the same at
    every try; ``duplicate`` says that an earlier one had arrived, which is as good.
    """

    def __init__(self, spec: SmsSpec) -> None:
        """Keep one client: connections are reused between messages."""
        self._spec = spec
        self._client = httpx.Client(timeout=spec.timeout_seconds)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def send(self, parcel: Parcel) -> Receipt:
        """Try once."""
        body, kind = self._body(parcel)
        timestamp = str(int(clock.now().timestamp()))
        secret = self._spec.secret.get_secret_value().encode()
        signed = hmac.digest(secret, timestamp.encode() + b"\n" + body, "sha256").hex()
        said = adapters.post(
            self._client,
            self._spec.url,
            content=body,
            headers={
                "Content-Type": kind,
                "X-Key-Id": self._spec.key_id,
                "X-Timestamp": timestamp,
                "X-Signature": signed,
            },
        )
        return said if isinstance(said, Receipt) else _receipt(said)

    def _body(self, parcel: Parcel) -> tuple[bytes, str]:
        spec = self._spec
        template = spec.code_template or spec.template if parcel.is_code else spec.template
        fields: Mapping[str, object] = {
            "request_id": str(parcel.id),
            "phone": parcel.address,
            "signature": spec.signature,
            "template": template,
            "params": {**parcel.values, "text": parcel.text},
        }
        if spec.form == "json":
            return json.dumps(fields, ensure_ascii=False).encode(), "application/json"
        flat = {**fields, "params": json.dumps(fields["params"], ensure_ascii=False)}
        return urlencode(flat).encode(), "application/x-www-form-urlencoded"


def _receipt(response: httpx.Response) -> Receipt:
    refused = adapters.refusal(response.status_code)
    if refused is not None:
        return refused
    said = adapters.answered(response)
    if said is None or "code" not in said:
        return Receipt(Outcome.UNKNOWN, code="answer_unreadable")
    code, provider_id = str(said["code"]).lower(), adapters.safe_code(said.get("message_id", ""))
    if code in _TAKEN:
        return Receipt(Outcome.SENT, provider_id)
    if code in _TAKEN_BEFORE:
        return Receipt(Outcome.SENT, provider_id, "duplicate")
    outcome = Outcome.RETRY if code in _LATER else Outcome.FAILED
    return Receipt(outcome, code=adapters.safe_code(code))
