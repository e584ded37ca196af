"""In the child: what a picture is (Pillow). Only the formats of `FORMATS` are tried, whatever else Pillow can read."""

from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import (  # the plug-ins by name: they could not be loaded once the child is confined
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.refusals import RefusedError, bounded

MOST_PIXELS = 100_000_000  # four bytes each in memory; phones make up to 200 megapixels, in files that nobody mails
MOST_FRAMES = 10_000  # of an animation or a scanned pile; a guess

_PLUGINS = (
    JpegImagePlugin.JpegImageFile,
    PngImagePlugin.PngImageFile,
    GifImagePlugin.GifImageFile,
    TiffImagePlugin.TiffImageFile,
    WebPImagePlugin.WebPImageFile,
)
FORMATS = tuple(plugin.format for plugin in _PLUGINS)
MPO = MpoImagePlugin.MpoImageFile.format  # a JPEG with further pictures behind it, which the JPEG plug-in finds out

# Of TIFF 6.0's tags, which are also those of the pixels: names, descriptions, maker, program, date, artist, computer.
# Tags of others begin at 32768; a colour profile (34675) tells nothing.
_TIFF_TELLING = frozenset({269, 270, 271, 272, 285, 305, 306, 315, 316, 337})
_TIFF_OTHERS, _ICC = 32_768, 34_675

# Pillow refuses from twice this number on (`Image._decompression_bomb_check`), for every frame that it begins.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
ImageFile.LOAD_TRUNCATED_IMAGES = False


def opened(data: bytes) -> Image.Image:
    """Return the picture, its pixels not yet read; refuse what is none or has too many of them."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise RefusedError(Reason.TOO_MUCH) from None
    bounded(image.width * image.height, MOST_PIXELS)
    return image


def look(data: bytes) -> dict[str, Any]:
    """Return the facts of a picture whose first frame could be read to its end."""
    if data.startswith(b"GIF"):
        _check_frames(data)
    image = opened(data)
    image.load()
    width, height, kind = image.width, image.height, image.format
    exif, gps = _exif(image)
    xmp = bool(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))
    try:
        frames = bounded(getattr(image, "n_frames", 1), MOST_FRAMES)
    except Image.DecompressionBombError:
        raise RefusedError(Reason.TOO_MUCH) from None
    facts = {"format": kind, "width": width, "height": height, "frames": frames, "exif": exif, "gps": gps, "xmp": xmp}
    return {"kind": "picture", "facts": facts}


def _check_frames(gif: bytes) -> None:
    """Refuse a GIF of too many frames by its blocks (GIF89a, section 17 and on): Pillow counts a million in seconds."""
    at, frames = 13 + _palette(gif[10:11]), 0
    while at + 9 < len(gif) and gif[at] in {0x21, 0x2C}:  # an extension, an image
        is_image = gif[at] == 0x2C
        frames = bounded(frames + is_image, MOST_FRAMES)
        at += 11 + _palette(gif[at + 9 : at + 10]) if is_image else 2
        while at < len(gif) and gif[at]:
            at += 1 + gif[at]
        at += 1


def _palette(packed: bytes) -> int:
    """Return the bytes of the colour table that follows these flags."""
    return 3 << (packed[0] & 7) + 1 if packed and packed[0] & 0x80 else 0


def _exif(image: Image.Image) -> tuple[bool, bool]:
    """Return whether it has EXIF and a place in it; metadata that cannot be read counts as both, to be safe."""
    with suppress(Exception):
        tags = image.getexif()
        place = bool(tags.get_ifd(ExifTags.IFD.GPSInfo))
        raw = "exif" in image.info
        told = any(map(_tells, tags)) if image.format == "TIFF" else bool(tags)
        return raw or told, place or (raw and not tags)
    return True, True


def _tells(tag: int) -> bool:
    return tag in _TIFF_TELLING or (tag >= _TIFF_OTHERS and tag != _ICC)
