"""The deep, generic parts: each an engine with the same rooms (``docs/architecture.md``)."""
