"""事项: what is reported, who must deal with it by when, and what became of it.

A report becomes a case; the case is dispatched to a unit, which deals with it; somebody
else checks and closes it, and whoever reported says what they think of it. Every step
says who took it, under which post, how long it took and whether that was in time.

This engine refuses to know what is complained of (the playbook's types say that), who is
told (notices do), what points a report may earn (flows ask), and how any single member
of staff compares with another: it counts by place, type and unit and nothing else.
"""
