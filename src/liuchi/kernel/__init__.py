"""Plain Python that every layer may lean on: no Django, no database, no playbook.

Time and identity come from here and from nowhere else, so that a simulated
clock moves the whole system and a test can say what day it is.
"""
