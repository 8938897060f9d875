"""The directory: areas, people, households, organisations and posts.

It knows which places there are and under which codes and parents they were at any
date, who lives where, who holds which role for which area, and it keeps what is
sensitive under a key per person.

It refuses to know what people do: points, cases and figures lie above it.
"""
