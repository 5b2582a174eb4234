"""Pictures made light enough for a slow line. The new file carries no place, camera or other hidden data."""

from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

LONGEST_SIDE = 1280
MOST_PIXELS = 50_000_000


class PictureError(ValueError):
    """The file is no picture that can be read, or too large to be opened."""


def lighten(file: BinaryIO) -> tuple[bytes, int, int]:
    """Return the picture as WebP with its width and height, at most LONGEST_SIDE long; one that is so already stays."""
    try:
        with Image.open(file) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureError("The picture has too many pixels.")
            if _is_light(opened):
                file.seek(0)
                return file.read(), opened.width, opened.height
            picture = ImageOps.exif_transpose(opened)
            picture = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise PictureError("The picture cannot be read.") from broken
    light = BytesIO()
    picture.save(light, "WEBP", quality=80, method=4)
    return light.getvalue(), picture.width, picture.height


def _is_light(picture: Image.Image) -> bool:
    return picture.format == "WEBP" and max(picture.size) <= LONGEST_SIDE and not picture.getexif()
