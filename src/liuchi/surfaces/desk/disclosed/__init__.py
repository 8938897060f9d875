"""Disclosures at the desk: what is due, one posting from its table to its release, the map."""
