"""The log is lines of JSON, whoever writes: ours, and what libraries warn of."""

import json
import subprocess
import sys

SET_UP = """
import logging.config
from liuchi.project import logs
logging.config.dictConfig(logs.configuration())
library = logging.getLogger("library")
"""


def logged(program: str) -> list[dict[str, str]]:
    """Run it in a process of its own (pytest has handlers on the root logger) and read its log."""
    done = subprocess.run(
        [sys.executable, "-c", SET_UP + program], check=True, capture_output=True, text=True
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_what_a_library_warns_of_is_a_line_like_ours() -> None:
    (line,) = logged(
        "library.info('not said')\n"
        "library.warning('interrupted (%s)\\nclosing', 'Cancelled', extra={'phone': '1'})\n"
    )
    assert line.pop("timestamp")
    assert line == {
        "event": "interrupted (Cancelled)\nclosing",
        "logger": "library",
        "level": "warning",
    }


def test_a_traceback_stays_within_its_line() -> None:
    (line,) = logged("try: int('x\\ny')\nexcept ValueError: library.exception('failed')\n")
    assert line["level"] == "error"
    assert line["exception"].splitlines()[-1].startswith("ValueError: ")


def test_a_database_that_restarts_is_one_line_of_ours_a_request() -> None:
    assert logged("library.error('Service Unavailable', extra={'status_code': 503})\n") == []
