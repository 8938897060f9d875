"""Django's name for the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Templates, static files and addresses of the desk."""

    name = "liuchi.surfaces.desk"
    label = "desk"
