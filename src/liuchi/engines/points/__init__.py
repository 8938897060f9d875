"""积分: what residents earn by the playbook's rules and spend in the community's shop.

A good deed becomes a claim; a second person, not of the same household, reviews it;
after public notice it is posted to a double-entry ledger; a shop takes points for
goods. Stock is a unit of the same ledger, so a redemption is one transfer or none.

This engine refuses to know why a deed is good (the playbook says that), how a
figure is counted (indicators do), and any reason to take points away: points are
never negative and an error is undone by a linked contra-entry, not by an edit.
"""
