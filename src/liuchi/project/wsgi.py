"""The application as a web server calls it."""

import os

from django.core.wsgi import get_wsgi_application

from liuchi.project import logs
from liuchi.project.settings import from_environment

logs.configure(from_environment().mode)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuchi.project.django_settings")
application = get_wsgi_application()
