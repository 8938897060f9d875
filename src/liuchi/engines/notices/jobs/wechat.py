"""Template messages of a WeChat official account.

Source: WeChat's interface of official accounts. ``stable_token`` gives every caller the
same token while it lasts; with ``token`` two workers would end each other's.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta

import httpx

from liuchi.engines.notices.enums import Outcome
from liuchi.engines.notices.jobs import adapters
from liuchi.engines.notices.jobs.adapters import Parcel, Receipt
from liuchi.engines.notices.spec import WeChatSpec
from liuchi.kernel import clock

_TOKEN_ENDED = frozenset({40001, 40014, 42001})
_LATER = frozenset({-1, 45009, 45011})  # busy, daily quota, too frequent
_FIELD_CHARACTERS_MAX = 20  # of a template's "thing"
_RENEW_BEFORE = timedelta(minutes=5)
_JSON = {"Content-Type": "application/json"}


class WeChatAccount:
    """Sends to followers; whoever has stopped following gets nothing more."""

    def __init__(self, spec: WeChatSpec) -> None:
        """Keep one client, and the token for as long as it lasts."""
        self._spec = spec
        self._client = httpx.Client(timeout=spec.timeout_seconds)
        self._lock = threading.Lock()
        self._token = ""
        self._token_until: datetime | None = None

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def send(self, parcel: Parcel) -> Receipt:
        """Try once; where the token had ended before its time, once more with a fresh one."""
        receipt = self._send(parcel)
        if receipt.code in {f"errcode_{code}" for code in _TOKEN_ENDED}:
            self._token_until = None
            receipt = self._send(parcel)
        return receipt

    def _send(self, parcel: Parcel) -> Receipt:
        token = self._fresh_token()
        if isinstance(token, Receipt):
            return token
        said = adapters.post(
            self._client,
            f"{self._spec.url}/cgi-bin/message/template/send?access_token={token}",
            content=self._body(parcel),
            headers=_JSON,
        )
        return said if isinstance(said, Receipt) else _receipt(said)

    def _body(self, parcel: Parcel) -> bytes:
        spec, at = self._spec, clock.now().astimezone(clock.SHANGHAI)
        shown = {
            spec.title_field: parcel.title or parcel.text,
            spec.text_field: parcel.text,
            spec.time_field: f"{at:%Y-%m-%d %H:%M}",
        }
        return json.dumps(
            {
                "touser": parcel.address,
                "template_id": spec.template,
                "url": spec.site,
                "client_msg_id": str(parcel.id),
                "data": {
                    name: {"value": text[:_FIELD_CHARACTERS_MAX]} for name, text in shown.items()
                },
            },
            ensure_ascii=False,
        ).encode()

    def _fresh_token(self) -> str | Receipt:
        with self._lock:
            if self._token_until is not None and clock.now() < self._token_until:
                return self._token
            wanted = {
                "grant_type": "client_credential",
                "appid": self._spec.app_id,
                "secret": self._spec.secret.get_secret_value(),
            }
            said = adapters.post(
                self._client,
                f"{self._spec.url}/cgi-bin/stable_token",
                content=json.dumps(wanted).encode(),
                headers=_JSON,
            )
            return self._kept(said)

    def _kept(self, said: httpx.Response | Receipt) -> str | Receipt:
        """Keep a token; whatever went wrong here, no message has left yet."""
        if isinstance(said, Receipt):
            return Receipt(Outcome.RETRY, code=said.code)
        read = adapters.answered(said) or {}
        token, lasts = read.get("access_token"), read.get("expires_in")
        if not isinstance(token, str) or not isinstance(lasts, int):
            code = read.get("errcode", f"http_{said.status_code}")
            return Receipt(Outcome.RETRY, code=f"token_{adapters.safe_code(code)}")
        self._token = token
        self._token_until = clock.now() + timedelta(seconds=lasts) - _RENEW_BEFORE
        return token


def _receipt(response: httpx.Response) -> Receipt:
    refused = adapters.refusal(response.status_code)
    if refused is not None:
        return refused
    said = adapters.answered(response)
    if said is None or not isinstance(said.get("errcode"), int):
        return Receipt(Outcome.UNKNOWN, code="answer_unreadable")
    code = said["errcode"]
    if code == 0:
        return Receipt(Outcome.SENT, adapters.safe_code(said.get("msgid", "")))
    outcome = Outcome.RETRY if code in _LATER else Outcome.FAILED
    return Receipt(outcome, code=f"errcode_{code}")
