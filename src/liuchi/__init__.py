"""Liuchi 六尺: a town's working methods (工作法), run as software.

Layers, each importing only what is below it::

    project > surfaces > flows > engines > playbooks > kernel

``docs/architecture.md`` says what each holds; ``pyproject.toml`` enforces it.
"""
