"""Flows: what a fact in one engine causes in another, and the demo that drives them all."""
