"""Indicators 指标: figures counted over the journal, and the way back to each fact.

A definition stands in a playbook; this engine compiles it, counts with it, and
lists the facts behind every figure. It keeps no rows of its own and refuses to
know any engine's tables: only the typed views of fact kinds.
"""
