from io import BytesIO

import pytest

from courses import mp4
from tests import factories


def test_duration_is_read_wherever_the_movie_header_stands():
    whole = factories.mp4(75)
    media = (16).to_bytes(4, "big") + b"mdat" + b"\0" * 8
    large = (1).to_bytes(4, "big") + b"free" + (24).to_bytes(8, "big") + b"\0" * 8

    assert [mp4.duration_seconds(BytesIO(file)) for file in (whole, media + large + whole)] == [75, 75]


def test_times_in_64_bits_are_read_too():
    body = bytes([1, 0, 0, 0]) + b"\0" * 16 + (90_000).to_bytes(4, "big") + (90_000 * 12).to_bytes(8, "big")
    header = (8 + len(body)).to_bytes(4, "big") + b"mvhd" + body

    assert mp4.duration_seconds(BytesIO((8 + len(header)).to_bytes(4, "big") + b"moov" + header)) == 12


@pytest.mark.parametrize(
    "file", [b"", b"<html>", factories.mp4(75)[:40], factories.mp4(0), b"\0\0\0\4moov", b"\0\0\0\1moov\0\0"]
)
def test_what_is_no_film_is_refused(file):
    with pytest.raises(mp4.Mp4Error):
        mp4.duration_seconds(BytesIO(file))
