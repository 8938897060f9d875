"""The composition root: settings, URLs, the embedded database and the console entry.

Only this layer knows all the others. Nothing imports it.
"""
