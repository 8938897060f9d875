"""Pages of collecting 收表: send a table, see who is missing, fill one in."""
