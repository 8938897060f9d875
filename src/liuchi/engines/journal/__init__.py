"""The journal: what happened, in order, for good.

Append-only facts with dense ordinals, seals that let a month of one area prove
itself offline, the idempotency keys of actions, the versions of playbooks, and the
scope a database connection acts in.

It refuses to know areas, people or points: a fact names them by id only. Who may see
which areas is decided above, and handed in as area ids.
"""
