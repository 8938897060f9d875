"""Logs as data, one JSON object a line, with an allow-list of fields.

A log outlives the rows it tells of and is read by people without a scope, so only
the fields named here are written: codes, ids and numbers, never names or free text.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

import structlog
from structlog.typing import Processor

from liuchi.project.settings import Mode

ALLOWED_FIELDS = frozenset(
    {
        *("event", "level", "timestamp", "logger", "exception"),
        *("method", "route", "status", "milliseconds", "request_id"),
        *("code", "kind", "count", "ordinal", "job", "mode", "port", "version", "what"),
        *("actor_id", "area_id", "subject_id", "fact_id"),
    }
)


def only_allowed(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Drop every field that is not on the list, and say how many were dropped."""
    kept = {key: value for key, value in event.items() if key in ALLOWED_FIELDS}
    if len(kept) < len(event):
        kept["count_dropped"] = len(event) - len(kept)
    return kept


_MARKED: list[Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_WRITTEN: list[Processor] = [
    structlog.processors.format_exc_info,
    only_allowed,
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


def configure(mode: Mode) -> None:
    """Set structlog up for this process: every request in production, else only trouble."""
    level = logging.INFO if mode is Mode.PRODUCTION else logging.WARNING
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[*_MARKED, *_WRITTEN],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _Unexpected(logging.Filter):
    """Lets everything through but what ``operations.broken`` answers with 503."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE


def configuration() -> dict[str, Any]:
    """Return Django's ``LOGGING``: what libraries warn of goes to standard error, once.

    In the same lines of JSON as our own: whoever reads the log by machine meets no other.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        # A database that restarts is one line of ours a request, not a page of traceback.
        "filters": {"unexpected": {"()": _Unexpected}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.add_logger_name, *_MARKED],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_WRITTEN,
                ],
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["unexpected"],
                "formatter": "lines",
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        # A page that is not there has its line already (project.middleware.operations).
        "loggers": {"django.request": {"level": "ERROR"}},
    }
