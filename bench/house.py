# ruff: noqa: INP001  beside what is run as a file
"""A house of our own to measure in: a folder, a PostgreSQL, Django pointed at it.

Importing this sets Django up; nothing of Liuchi may be imported before.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
os.environ["LIUCHI_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "liuchi.project.django_settings"
FOLDER = Path(tempfile.mkdtemp(prefix="liuchi-bench-", dir=os.environ.get("LIUCHI_BENCH_DIR")))
FOLDER.chmod(0o755)  # run by root, the server has an account of its own
os.environ["LIUCHI_DATA_DIR"] = str(FOLDER)
(FOLDER / "static").mkdir()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from liuchi.project import database  # noqa: E402
from liuchi.project.django_settings import database as from_url  # noqa: E402
from liuchi.project.postgres import Cluster, Role  # noqa: E402

DATABASE = "bench"


@contextmanager
def served(**options: str) -> Iterator[Cluster]:
    """Start a migrated server with these PostgreSQL settings; its files go with it.

    Durable as in production unless ``fsync`` says otherwise.
    """
    cluster = Cluster(FOLDER, options={"shared_buffers": "512MB"} | options)
    try:
        with cluster.running():
            with cluster.connect() as raw:
                cluster.create_database(raw, DATABASE)
            for alias, role in (("default", Role.APP), ("owner", Role.OWNER)):
                given = from_url(cluster.url(role, DATABASE), pooled=False)
                for held in (settings.DATABASES[alias], connections.settings[alias]):
                    held.update(given)
                connections[alias].settings_dict.update(given)
            database.bring_up_to_date()
            yield cluster
            connections.close_all()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
