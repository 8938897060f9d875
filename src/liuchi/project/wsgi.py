"""The application as a web server calls it."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from liuchi.project import logs
from liuchi.project.settings import from_environment

logs.configure(from_environment().mode)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuchi.project.django_settings")
application = get_wsgi_application()

# What stands now, stands until the process ends: looking through it again and again for what
# nobody holds any more took a fifth of a busy server's time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
