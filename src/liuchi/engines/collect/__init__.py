"""Collect 收表: one table sent to chosen units, prefilled, handed in, merged, closed by itself.

A table asks for what nobody holds. What the directory or an indicator holds is filled in
by the machine and cannot be asked; a table without an owner and an end date is refused.
This engine refuses to count anything by itself, and keeps no table of its own accord.
"""
