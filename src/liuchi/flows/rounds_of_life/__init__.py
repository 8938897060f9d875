"""Rounds of life: moving, leaving, dying, and two records that are one person.

What happens to a person happens in the directory; what follows for points belongs to the
same transaction where somebody waits for it, and follows the fact where nobody does.
"""

from liuchi.flows.rounds_of_life.following import follow
from liuchi.flows.rounds_of_life.merging import decide_merge, part
from liuchi.flows.rounds_of_life.moving import move

__all__ = ["decide_merge", "follow", "move", "part"]
