"""公示: what a village has to show, how it is prepared, masked, released and watched over.

A playbook lists the items; every village posts each of them once a month, once a quarter or as
soon as something happens. What was entered and what the public reads stand in two tables: the
second is written once, at release, by one pure function, after another person has looked at
what that function makes. Everything public reads the second table alone.

This engine refuses to know who a recipient is: rows hold what stands on the paper, the tail of
a number at most, and no link to a person of the directory.
"""
