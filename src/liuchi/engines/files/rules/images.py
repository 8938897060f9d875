"""What may be stored, decided over plain bytes; and the picture written anew.

Limits are numbers. The size a file declares is checked before a single pixel is
decoded, so a small file that unfolds into gigabytes is refused for its header.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from PIL import Image, ImageCms, ImageOps

from liuchi.engines.files.enums import MediaType
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence

BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE_PIXELS_MAX = 12_000
STORED_SIDE_PIXELS_MAX = 2_560
QUALITY = 85

# Pillow's name of a format: what is stored for it, and which endings it may come with.
# MPO is what many phones write as .jpg: a JPEG with a second one behind it.
_FORMATS = {
    "JPEG": (MediaType.JPEG, frozenset({".jpg", ".jpeg", ".jfif"})),
    "MPO": (MediaType.JPEG, frozenset({".jpg", ".jpeg", ".mpo"})),
    "PNG": (MediaType.PNG, frozenset({".png"})),
    "WEBP": (MediaType.WEBP, frozenset({".webp"})),
}
_OPENABLE = ("JPEG", "PNG", "WEBP")  # the first opens MPO as well
_SAVED_AS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG", MediaType.WEBP: "WEBP"}
_EXIF_IFD, _TAKEN, _TAKEN_OFFSET = 0x8769, 0x9003, 0x9011


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture written anew; sizes in pixels, ``taken_at`` where the file knew it."""

    content: bytes
    media_type: MediaType
    width: int
    height: int
    taken_at: datetime | None


def clean_image(
    content: bytes, filename: str, side_pixels_max: int = STORED_SIDE_PIXELS_MAX
) -> CleanImage:
    """Decode a picture within the limits, turn it upright, write it without metadata.

    The name is looked at once, for its ending: a file that is not what its name says
    is refused, and so is anything that is no whole picture. Invalid("not_an_image"),
    Invalid("image_too_large").
    """
    if len(content) > BYTES_MAX:
        raise _too_many_bytes()
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a bomb up to twice its limit; ours is the limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _clean(content, PurePath(filename).suffix.lower(), side_pixels_max)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # Pillow's decoders answer damaged bytes with any of these.
        raise _not_an_image() from error


def _clean(content: bytes, ending: str, side_pixels_max: int) -> CleanImage:
    with Image.open(io.BytesIO(content), formats=_OPENABLE) as image:
        media_type, endings = _FORMATS[image.format or ""]
        if ending not in endings:
            raise _other_than_named(ending)
        width, height = image.size
        if width * height > PIXELS_MAX or max(width, height) > SIDE_PIXELS_MAX:
            raise _too_many_pixels()
        image.load()
        taken_at = _taken_at(image)
        upright = _plain(_in_srgb(ImageOps.exif_transpose(image)), media_type)
    upright.thumbnail((side_pixels_max, side_pixels_max))
    # A new picture from pixels alone: whatever hung on the old one is left behind.
    bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    out = io.BytesIO()
    bare.save(out, _SAVED_AS[media_type], quality=QUALITY, optimize=True)
    return CleanImage(out.getvalue(), media_type, *bare.size, taken_at)


def _plain(image: Image.Image, media_type: MediaType) -> Image.Image:
    """Return the picture in eight-bit colour, with transparency where the format has it."""
    transparent = image.has_transparency_data and media_type is not MediaType.JPEG
    return image.convert("RGBA" if transparent else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the colours a browser shows without a profile; phones write Display P3."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        changed = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return changed or image


def _taken_at(image: Image.Image) -> datetime | None:
    """Return when the camera says the picture was taken; without an offset, in Shanghai."""
    tags = image.getexif().get_ifd(_EXIF_IFD)
    try:
        naive = datetime.strptime(str(tags[_TAKEN]), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except (KeyError, ValueError):
        return None
    try:
        return datetime.strptime(
            f"{naive:%Y-%m-%d %H:%M:%S} {tags[_TAKEN_OFFSET]}", "%Y-%m-%d %H:%M:%S %z"
        )
    except (KeyError, ValueError):
        return naive.replace(tzinfo=SHANGHAI)


def _not_an_image() -> Invalid:
    return _invalid(
        "not_an_image",
        Sentence(
            "这个文件不是完整的图片。请上传 JPG、PNG 或 WebP 照片。",
            "This file is not a whole picture. Send a JPG, PNG or WebP photo.",
        ),
    )


def _other_than_named(ending: str) -> Invalid:
    return _invalid(
        "not_an_image",
        Sentence(
            "内容与文件名（{ending}）不符，没有保存。请上传原始照片（JPG、PNG）。",
            "The file is not what its name ({ending}) says; it was not stored. Send the "
            "original JPG, PNG or WebP photo.",
            {"ending": ending.replace("{", "").replace("}", "")[:12] or "?"},
        ),
    )


def _too_many_pixels() -> Invalid:
    return _too_large(
        "图片像素太多：最多 {most} 万像素。",
        "The picture has too many pixels: {most}0,000 at most.",
        PIXELS_MAX // 10_000,
    )


def _too_many_bytes() -> Invalid:
    return _too_large(
        "文件太大：最多 {most} MB。",
        "The file is too large: {most} MB at most.",
        BYTES_MAX >> 20,
    )


def _too_large(zh: str, en: str, most: int) -> Invalid:
    return _invalid("image_too_large", Sentence(zh, en, {"most": most}))


def _invalid(code: str, sentence: Sentence) -> Invalid:
    return Invalid(code, sentence, (FieldError("file", sentence),))
