"""Bulletins 简报: documents in the layout of GB/T 9704, built from figures.

Every number in a bulletin is a reference to an indicator, an area and a day; it is
counted when drafted, compared when issued, and opens to the facts behind it. This
engine refuses to count anything by itself.
"""
