"""The same queries and actions for other systems, described by OpenAPI."""
