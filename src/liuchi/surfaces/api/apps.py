"""Django's name for the api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Addresses of the api."""

    name = "liuchi.surfaces.api"
    label = "api"
