"""Django's name for the shared parts of the surfaces."""

from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    """Templates, template tags and static files shared by portal and desk."""

    name = "liuchi.surfaces.components"
    label = "components"
