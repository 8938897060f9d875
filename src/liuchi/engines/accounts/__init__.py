"""Accounts: who may sign in, and what each role may do.

It holds sign-in names, password hashes, the throttle of failed sign-ins and the
role × verb × reach matrix as data.

It refuses to know persons, areas and posts: who somebody is in the town, and where
a role is held, is the directory's.
"""
