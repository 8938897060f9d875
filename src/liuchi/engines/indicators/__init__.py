"""Indicators 指标: figures counted over the journal, and the way back to each fact.

A definition stands in a playbook; this engine compiles it, counts with it, and
lists the facts behind every figure. What it keeps rolled up can be counted again from
the journal at any time. It refuses to know any engine's tables: only the typed views of
fact kinds.
"""
