"""Backups that prove themselves: taken in one snapshot, restored onto an empty machine.

A backup folder holds, for each night, the database and a manifest; photos stand beside
them once, under the names of their contents; ``erasures.json`` says whose secrets were
destroyed since, so that a restore does not bring them back. The installation's keys are
never in it: whoever finds a backup alone can read no sensitive field.
"""

from liuchi.project.backup.folder import Manifest, latest, manifest_of
from liuchi.project.backup.restoring import Restored, prove, restore
from liuchi.project.backup.taking import Taken, note_erasures, take

__all__ = [
    "Manifest",
    "Restored",
    "Taken",
    "latest",
    "manifest_of",
    "note_erasures",
    "prove",
    "restore",
    "take",
]
