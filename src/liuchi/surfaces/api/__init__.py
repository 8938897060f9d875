"""The same queries and actions for other systems, described by OpenAPI.

Nothing is decided here: an operation reads its arguments, calls the query or action a
page would call, and turns what comes back into JSON.
"""
