"""Django's name for the api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Templates, static files and addresses of the api."""

    name = "liuchi.surfaces.api"
    label = "api"
