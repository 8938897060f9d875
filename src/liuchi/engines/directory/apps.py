"""Registers what the directory journals."""

from __future__ import annotations

from django.apps import AppConfig

from liuchi.engines.directory.facts import ENTRIES, FACTS
from liuchi.engines.directory.measures import MEASURES
from liuchi.engines.directory.rules.targets import (
    GRID_FIELDS,
    GRIDS,
    ORGANISATION_FIELDS,
    ORGANISATIONS,
    POST_FIELDS,
    POSTS,
    ROSTER,
    ROSTER_FIELDS,
)
from liuchi.engines.files.rules import ImportTarget, register_target
from liuchi.kernel import calendar
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.asks import register_entries


class DirectoryConfig(AppConfig):
    """Django's handle on the engine."""

    name = "liuchi.engines.directory"
    label = "directory"

    def ready(self) -> None:
        """Register fact kinds and what may be imported."""
        # Actions hold models, which Django has only now.
        from liuchi.engines.directory.actions.grid_lists import GridWork  # noqa: PLC0415
        from liuchi.engines.directory.actions.organizations import OrganizationWork  # noqa: PLC0415
        from liuchi.engines.directory.actions.post_lists import PostWork  # noqa: PLC0415
        from liuchi.engines.directory.actions.rosters import (  # noqa: PLC0415
            RosterWork,
            forget_waiting,
            from_sheet,
        )
        from liuchi.engines.directory.queries import work_calendar  # noqa: PLC0415

        registry.register_fact_kind(*FACTS)
        registry.register_measures(*MEASURES)
        register_entries(ENTRIES)
        calendar.load_from(work_calendar)
        register_target(
            ImportTarget(
                ROSTER,
                Sentence("居民花名册", "Roster of residents"),
                ROSTER_FIELDS,
                run_verb="directory.import.run",
                undo_verb="directory.import.undo",
                work=RosterWork(),
                from_sheet=from_sheet,
                forget=forget_waiting,
            )
        )
        register_target(
            ImportTarget(
                ORGANISATIONS,
                Sentence("单位名录", "Organisations"),
                ORGANISATION_FIELDS,
                run_verb="accounts.post.write",
                undo_verb="accounts.post.write",
                work=OrganizationWork(),
            )
        )
        register_target(
            ImportTarget(
                POSTS,
                Sentence("岗位名单", "Posts"),
                POST_FIELDS,
                run_verb="accounts.post.write",
                undo_verb="accounts.post.write",
                work=PostWork(),
                is_administration=True,
            )
        )
        register_target(
            ImportTarget(
                GRIDS,
                Sentence("网格和边界", "Grids and outlines"),
                GRID_FIELDS,
                run_verb="directory.grid.write",
                undo_verb="directory.grid.write",
                work=GridWork(),
            )
        )
