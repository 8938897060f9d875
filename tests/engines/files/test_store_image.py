"""Storing photos: what is refused, what is left behind, who sees them."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from psycopg.errors import InsufficientPrivilege

from liuchi.engines.files import actions, jobs, queries, rules
from liuchi.engines.files.scope import path_of
from liuchi.engines.journal.jobs import make_partitions
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.project.postgres import Role

VERBS = {"files.document.read": Reach.AREA, "files.document.write": Reach.AREA}
VILLAGE, NEIGHBOUR = "340871001001", "340871001003"


@pytest.fixture(autouse=True)
def place(db, clock, settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path
    make_partitions()


def staff(scope: str = VILLAGE) -> Actor:
    return Actor(new_id(), "recorder", None, scope, grants=VERBS)


def resident() -> Actor:
    own = dict.fromkeys(VERBS, Reach.OWN)
    return Actor(new_id(), "resident", None, VILLAGE, person_id=new_id(), grants=own)


def photo(size=(40, 20), form="JPEG", mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, form, **options)
    return out.getvalue()


def with_place_and_device() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = 6  # the camera was held upright: turn a quarter
    exif.get_ifd(0x8769)[0x9003] = "2022:05:26 08:30:00"
    exif.get_ifd(0x8825)[2] = (30.0, 31.0, 12.0)
    return photo(exif=exif.tobytes())


def store(content: bytes, name: str = "photo.jpg", actor: Actor | None = None, **more):
    more.setdefault("key", str(new_id()))
    return actions.store_image(
        content, name, actor=actor or staff(), scope_code=more.pop("scope_code", VILLAGE), **more
    )


def test_place_device_and_thumbnail_are_left_behind_and_the_picture_stands_upright():
    actor = staff()
    given = with_place_and_device()
    assert b"SecretPhone" in given
    row = store(given, actor=actor)
    with acting_as(actor):
        _, kept = queries.content(actor, row.id)
    image = Image.open(io.BytesIO(kept))
    assert (dict(image.getexif()), set(image.info) - {"jfif", "jfif_version", "jfif_unit",
            "jfif_density"}, b"SecretPhone" in kept) == ({}, set(), False)  # fmt: skip
    assert (row.media_type, row.width, row.height) == ("image/jpeg", 20, 40)
    assert row.taken_at == datetime(2022, 5, 26, 0, 30, tzinfo=UTC)


def test_text_in_a_png_and_bytes_behind_a_jpeg_do_not_survive():
    words = PngInfo()
    words.add_text("Comment", "at home, 13800001234")
    actor = staff()
    png = store(photo(form="PNG", pnginfo=words), "a.png", actor)
    jpeg = store(photo() + b"<script>alert(1)</script>PK\x03\x04", "a.jpg", actor)
    with acting_as(actor):
        kept = [queries.content(actor, row.id)[1] for row in (png, jpeg)]
    assert [b"13800001234" in kept[0], b"script" in kept[1], b"PK\x03\x04" in kept[1]] == [
        False,
        False,
        False,
    ]


def bomb() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"<html><script>alert(1)</script></html>", "a.jpg", "not_an_image"),
        (b"%PDF-1.7 " + photo(), "a.jpg", "not_an_image"),
        (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", "a.png", "not_an_image"),
        (photo(form="GIF"), "a.gif", "not_an_image"),
        (photo(form="PNG"), "a.jpg", "not_an_image"),
        (photo(), "a.exe", "not_an_image"),
        (photo(), "photo", "not_an_image"),
        (photo((800, 800), quality=95)[:-400], "a.jpg", "not_an_image"),
        (photo(form="PNG")[:50], "a.png", "not_an_image"),
        (b"", "a.jpg", "not_an_image"),
        (bomb(), "a.png", "image_too_large"),
        (photo((13_000, 10), "PNG"), "a.png", "image_too_large"),
        (b"\xff" * (rules.BYTES_MAX + 1), "a.jpg", "image_too_large"),
    ],
)
def test_what_is_not_the_picture_its_name_says_is_refused(content, name, code, tmp_path):
    with pytest.raises(Invalid) as refused:
        store(content, name)
    assert refused.value.code == code
    assert list(tmp_path.rglob("*")) == []


def test_a_large_photo_is_made_smaller():
    row = store(photo((4000, 1000)))
    assert (row.width, row.height) == (2560, 640)


def test_a_cmyk_photo_and_one_with_transparency_come_out_as_browsers_show_them():
    assert store(photo(mode="CMYK")).media_type == "image/jpeg"
    assert store(photo(form="WEBP", mode="RGBA"), "a.webp").media_type == "image/webp"


def test_a_phone_s_two_in_one_jpeg_keeps_the_first_picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 20)).save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (10, 10))]
    )
    row = store(out.getvalue(), "IMG_0001.JPG")
    assert (row.media_type, row.width, row.height) == ("image/jpeg", 40, 20)


def test_content_lies_under_its_hash_and_the_name_nowhere(tmp_path):
    row = store(photo(), "王五的家.jpg")
    found = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    kept = path_of(row.sha256).read_bytes()
    assert found == [f"files/{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}"]
    assert hashlib.sha256(kept).hexdigest() == row.sha256
    assert path_of(row.sha256).stat().st_mode & 0o077 == 0


def test_the_same_key_stores_once_and_another_photo_under_it_is_a_conflict():
    actor = staff()
    first = store(photo(), actor=actor, key="k")
    assert store(photo(), actor=actor, key="k") == first
    with pytest.raises(Conflict):
        store(photo((41, 20)), actor=actor, key="k")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, subject_id, data->>'sha256' FROM journal_fact")
        assert cursor.fetchall() == [("files.document_stored", first.id, first.sha256)]


def test_a_photo_of_another_village_is_not_found_nor_can_one_be_put_there():
    row = store(photo())
    other = staff(NEIGHBOUR)
    with acting_as(other), pytest.raises(NotFound):
        queries.content(other, row.id)
    with pytest.raises(NotFound):
        store(photo(), actor=staff(), scope_code=NEIGHBOUR)


def test_a_resident_sees_and_stores_own_photos_only():
    me, other = resident(), resident()
    mine = store(photo(), actor=me, person_id=me.person_id)
    theirs = store(photo(), actor=other, person_id=other.person_id)
    with acting_as(me):
        assert queries.document(me, mine.id) == mine
        with pytest.raises(NotFound):
            queries.document(me, theirs.id)
    with pytest.raises(NotFound):
        store(photo(), actor=me, person_id=other.person_id)


def test_without_the_verb_nothing_is_stored():
    with pytest.raises(Refused):
        store(photo(), actor=Actor(new_id(), "leader", None, VILLAGE))


def test_a_raw_connection_sees_nothing_without_a_scope_and_changes_nothing(db, cluster):
    store(photo())
    with cluster.connect(Role.APP, db) as raw:
        with pytest.raises(InsufficientPrivilege, match="no scope is set"):
            raw.execute("SELECT * FROM files_document")
        with pytest.raises(InsufficientPrivilege):
            raw.execute("DELETE FROM files_document")


def test_damage_is_found():
    row, whole = store(photo()), store(photo((50, 50)))
    path_of(row.sha256).write_bytes(b"else")
    assert (jobs.damaged_documents(), whole.id != row.id) == ((row.id,), True)
