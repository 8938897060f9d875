"""Photos of evidence in a form: taken from the request, stored, their ids returned."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.files import actions as files
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import FieldError, Invalid

PHOTOS_MAX = 3
PHOTO_BYTES_MAX = 10 * 1024 * 1024


class PhotosInput(forms.ClearableFileInput):
    """A file control that takes several photos; on a phone it offers the camera."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """Up to three photos; whether they really are pictures, ``files`` decides."""

    widget = PhotosInput

    def __init__(self, **kwargs: Any) -> None:
        """Take a field's usual arguments."""
        kwargs.setdefault("label", _("照片"))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget.attrs.update({"multiple": True, "accept": "image/*", "x-bind": "pick"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Check number and size."""
        photos = [super(PhotosField, self).clean(each, initial) for each in data or []]
        photos = [photo for photo in photos if photo]
        if len(photos) > PHOTOS_MAX:
            raise forms.ValidationError(_("最多选择 3 张照片。"), code="too_many")
        if any((photo.size or 0) > PHOTO_BYTES_MAX for photo in photos):
            raise forms.ValidationError(_("每张照片不超过 10 MB。"), code="too_large")
        return photos


def store_photos(
    actor: Actor, person_id: UUID, photos: Sequence[UploadedFile[Any]], key: str
) -> tuple[UUID, ...]:
    """Store the photos of a form as evidence about a person; return their ids in order.

    Each photo is stored under a key made from the form's and its own content: a second
    click stores nothing twice, and another photo after a refusal is not a conflict.
    Raises Invalid at the field ``photos``.
    """
    if not photos:
        return ()
    with acting_as(actor):
        own = actor.grants.get("files.document.write") is Reach.OWN and actor.person_id
        # A resident's photo of a neighbour's deed is the resident's: nobody stores for others.
        whose = own or person_id
        scope_code = directory.scope_code_of(actor, whose)
    return _store(actor, whose, scope_code, photos, key)


def store_shared(actor: Actor, photos: Sequence[UploadedFile[Any]], key: str) -> tuple[UUID, ...]:
    """Store photos that show many people's deeds: a page of a book, an attendance list.

    They belong to the community and to no resident, so that staff alone open them.
    """
    return store_at(actor, actor.scope_code, photos, key)


def store_at(
    actor: Actor, scope_code: str, photos: Sequence[UploadedFile[Any]], key: str
) -> tuple[UUID, ...]:
    """Store photos that show nobody's own matter, for a place within the actor's area."""
    return _store(actor, None, scope_code, photos, key)


def _store(
    actor: Actor,
    person_id: UUID | None,
    scope_code: str,
    photos: Sequence[UploadedFile[Any]],
    key: str,
) -> tuple[UUID, ...]:
    stored = []
    for photo in photos:
        content = photo.read()
        try:
            document = files.store_image(
                content,
                photo.name or "photo",
                actor=actor,
                key=f"{key}:{sha256(content).hexdigest()[:16]}",
                scope_code=scope_code,
                person_id=person_id,
            )
        except Invalid as error:
            raise Invalid(
                error.code, error.sentence, (FieldError("photos", error.sentence),)
            ) from error
        stored.append(document.id)
    return tuple(stored)
