"""吹哨报到: calling units to a case, and what each called unit does until it is rated.

Every action locks the case first and the called unit after it, so that calls, arrivals and
decisions about one case follow each other. Calling a unit gives it a task of the case, and
with it sight of the case; excusing it takes both away.
"""

from liuchi.engines.cases.actions.whistles.answering import (
    arrive,
    decide_objection,
    finish_call,
    object_to_call,
)
from liuchi.engines.cases.actions.whistles.calling import (
    agree_task,
    excuse_unit,
    raise_whistle,
    rate_unit,
    send_back_unit,
)

__all__ = [
    "agree_task",
    "arrive",
    "decide_objection",
    "excuse_unit",
    "finish_call",
    "object_to_call",
    "raise_whistle",
    "rate_unit",
    "send_back_unit",
]
