"""联系和巡查: who keeps contact with whom or looks after which place, and when they were there.

A link joins a keeper (of the staff or of the residents) to a household that agreed to it, to an
organisation, or to a stretch of river or wood. A visit says that they were in touch, on which
day and how; what a household agrees to raise becomes a matter elsewhere, and only its number
and reference stay here. How often is a norm: what is missing is said to whom it concerns and
stops nothing.

This engine refuses to know where anybody stood, how long they stayed, what was talked of, and
how one keeper compares with another: there is no column for it.
"""
