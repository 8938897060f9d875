"""Django's name for the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Templates, static files and addresses of the portal."""

    name = "liuchi.surfaces.portal"
    label = "portal"
