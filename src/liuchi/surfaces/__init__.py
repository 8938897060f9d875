"""Where people meet Liuchi: portal, desk, api and cli, over shared components.

Surfaces read through queries and write through actions; they never touch the database.
"""
