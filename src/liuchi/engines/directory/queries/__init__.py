"""All reads of the directory. Areas and posts are open; the rest needs ``acting_as``."""

from __future__ import annotations

from liuchi.engines.directory.queries.areas import (
    AreaRow,
    area,
    area_by_code,
    area_by_slug,
    area_named,
    areas,
    children,
    places,
    subtree_ids,
    subtrees,
    town_of,
)
from liuchi.engines.directory.queries.households import (
    HouseholdDetail,
    HouseholdRow,
    household,
    household_id_of,
    households,
    same_household,
)
from liuchi.engines.directory.queries.people import (
    AccessRow,
    Page,
    PersonRow,
    access_log,
    consented,
    people,
    people_of,
    person,
    revealed,
    scope_code_of,
)
from liuchi.engines.directory.queries.posts import (
    PostRow,
    account_person,
    actor_of,
    posts_for_area,
    posts_of,
)

__all__ = [
    "AccessRow",
    "AreaRow",
    "HouseholdDetail",
    "HouseholdRow",
    "Page",
    "PersonRow",
    "PostRow",
    "access_log",
    "account_person",
    "actor_of",
    "area",
    "area_by_code",
    "area_by_slug",
    "area_named",
    "areas",
    "children",
    "consented",
    "household",
    "household_id_of",
    "households",
    "people",
    "people_of",
    "person",
    "places",
    "posts_for_area",
    "posts_of",
    "revealed",
    "same_household",
    "scope_code_of",
    "subtree_ids",
    "subtrees",
    "town_of",
]
