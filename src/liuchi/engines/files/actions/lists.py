"""Work on a list short enough to be tried for real: its dry run is the run, rolled back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from django.db import connection, transaction

from liuchi.engines.files.rules import ImportBatch, ImportReport
from liuchi.kernel.actors import Actor


class ListWork(ABC):
    """Check and run of an ``ImportWork``, one import of its kind at a time.

    ``lock`` names the kind in the database: two files brought at once make no doubles.
    """

    lock: ClassVar[str]

    def check(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Say what an import would do, and leave nothing behind."""
        with transaction.atomic():
            report = self.run(batch, actor)
            transaction.set_rollback(True)
        return report

    def run(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Bring the good rows in, once whoever is at it has finished."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self.lock])
        return self.bring(batch, actor)

    @abstractmethod
    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Bring the good rows in."""
