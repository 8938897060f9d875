"""Generic engines. Each owns its rows; playbooks say what a place does with them.

``indicators > points > directory > accounts | files > journal``: an engine may use
what stands to its right, through ``queries``, ``actions``, ``jobs`` and the plain
rooms, never through its models.
"""
