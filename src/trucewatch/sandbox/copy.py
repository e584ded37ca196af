"""In the child: the working copy of a picture. New pixels in a new file: nothing of the old file's bytes is in it."""

from io import BytesIO

from PIL import Image, ImageOps

from trucewatch.sandbox.bare import MOST_SIDE
from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.picture import opened
from trucewatch.sandbox.refusals import RefusedError

QUALITY = 90  # of JPEG, 0 to 95


def look(data: bytes) -> bytes:
    """Return a JPEG of the first frame, upright, on white where it was transparent, at most MOST_SIDE pixels a side.

    Without any metadata; also without a colour profile, so colours of a camera's wide profile look paler. The lossy
    copy is for looking at: what is measured is measured on the original, which stays as it was received.
    """
    try:
        image = opened(data)
        image.draft("RGB", (MOST_SIDE, MOST_SIDE))  # a JPEG need not be decoded larger than it is wanted
        turned = ImageOps.exif_transpose(_smaller(image))
    except Image.DecompressionBombError:
        raise RefusedError(Reason.TOO_MUCH) from None
    clean = Image.new("RGB", turned.size, "white")
    clean.paste(turned.convert("RGB"), mask=turned.getchannel("A") if turned.mode == "RGBA" else None)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _smaller(image: Image.Image) -> Image.Image:
    if image.mode not in {"RGB", "RGBA", "L"}:
        see_through = "transparency" in image.info or image.mode in {"LA", "PA", "La", "RGBa"}
        smaller = image.convert("RGBA" if see_through else "RGB")
        smaller.info = image.info
        smaller.getexif().update(image.getexif())
        image = smaller
    image.thumbnail((MOST_SIDE, MOST_SIDE))
    return image
