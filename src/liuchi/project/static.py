"""Static files: which files of which npm package are served, and under hashed names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Address under /static/ → file under node_modules. Nothing else of a package is served.
VENDOR = {
    "vendor/alpine.js": "@alpinejs/csp/dist/cdn.min.js",
    "vendor/echarts.js": "echarts/dist/echarts.min.js",
    # Its style sheet names these pictures; the storage wants to find them.
    "vendor/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "vendor/images/layers.png": "leaflet/dist/images/layers.png",
    "vendor/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "vendor/leaflet.css": "leaflet/dist/leaflet.css",
    "vendor/leaflet.js": "leaflet/dist/leaflet.js",
    "vendor/tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.js": "@tabler/core/dist/js/tabler.min.js",
}


class VendorFinder(BaseFinder):
    """Finds the files of ``VENDOR`` in ``node_modules``."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> list[str] | str | None:  # type: ignore[override]  # noqa: FBT001, FBT002
        """Return the file behind a vendor address; Django's signature, positional flag and all."""
        file = settings.LIUCHI_NODE_MODULES / VENDOR[path] if path in VENDOR else None
        found = [str(file)] if file is not None and file.exists() else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield each vendor address with a storage that opens it."""
        storage = _VendorStorage(location=str(settings.LIUCHI_NODE_MODULES))
        for address in VENDOR:
            if not matches_patterns(address, list(ignore_patterns or [])):
                yield address, storage


class _VendorStorage(FileSystemStorage):
    """Opens a vendor address as the package's file."""

    prefix = ""

    def path(self, name: str) -> str:
        return str(Path(self.location) / VENDOR.get(name, name))


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Hashed names and compressed copies: a browser may keep a file for ever.

    Only ``url(…)`` and ``@import`` in style sheets are followed: packages also name
    source maps they do not ship, and nobody asks for those.
    """

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (
                    r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
    )


def collect() -> None:
    """Gather all static files under hashed names, unless none has changed since."""
    root = Path(settings.STATIC_ROOT)
    mark = root / ".collected"
    wanted = _fingerprint()
    if mark.exists() and mark.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(wanted)


def _fingerprint() -> str:
    """Return a mark of every static file's name, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
