"""Playbooks: a place's working methods, written in YAML and checked.

Plain Python. Knows how to load, validate, lint, compare and explain a playbook;
what a section means is known only to the engine that registered it.
"""
