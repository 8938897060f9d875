"""Django's name for Open311."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """Addresses of Open311."""

    name = "liuchi.surfaces.open311"
    label = "open311"
