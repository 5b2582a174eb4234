from io import BytesIO

import pytest
from PIL import Image

from lib.pictures import PictureError, lighten


def picture(size, form="JPEG", mode="RGB", **options):
    file = BytesIO()
    Image.new(mode, size, (0, 128, 128, 40) if mode == "RGBA" else "teal").save(file, form, **options)
    return BytesIO(file.getvalue())


def test_a_large_picture_is_made_smaller_and_keeps_its_shape():
    light, width, height = lighten(picture((4000, 1000)))

    assert (width, height) == (1280, 320)
    assert Image.open(BytesIO(light)).format == "WEBP"


def test_a_small_picture_keeps_its_size_and_its_transparency():
    light, width, height = lighten(picture((40, 30), "PNG", "RGBA"))

    assert (width, height, Image.open(BytesIO(light)).mode) == (40, 30, "RGBA")


def test_a_picture_that_is_light_already_loses_nothing_more():
    light, *size = lighten(picture((40, 30), "PNG"))

    assert lighten(BytesIO(light)) == (light, *size)


def test_where_the_picture_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010E] = "CANARY"

    light, _width, _height = lighten(picture((40, 30), exif=exif))

    assert b"CANARY" not in light


@pytest.mark.parametrize("file", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused(file):
    with pytest.raises(PictureError):
        lighten(BytesIO(file))


def test_a_picture_of_too_many_pixels_is_refused():
    with pytest.raises(PictureError):
        lighten(picture((8_000, 7_000), "PNG", "L"))
