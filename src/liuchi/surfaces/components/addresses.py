"""Parts of addresses that Django has no converter for."""

from __future__ import annotations

from django.urls import register_converter


class Rest:
    """Whatever is left, a line break among it: Django's own ``path`` stops at one."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write it as it is."""
        return value


register_converter(Rest, "rest")
