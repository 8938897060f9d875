"""Residents' pages, read on a phone, mostly without signing in."""
