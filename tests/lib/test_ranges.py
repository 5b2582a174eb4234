import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory

from lib.ranges import LONGEST_PIECE, piece, send_file

SIZE = 3 * LONGEST_PIECE


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-99", (0, 100)),
        ("bytes=100-", (100, 100 + LONGEST_PIECE)),
        ("bytes=-10", (SIZE - 10, SIZE)),
        (f"bytes=0-{SIZE * 9}", (0, LONGEST_PIECE)),
        (f"bytes={SIZE}-", (SIZE, SIZE)),
        ("bytes=-0", (SIZE, SIZE)),
        ("bytes=9-3", None),
        ("bytes=0-9,20-29", None),
        ("bytes=-", None),
        ("pages=1-2", None),
        ("bytes=" + "9" * 30 + "-", None),
        ("", None),
    ],
)
def test_piece(header, expected):
    assert piece(header, SIZE) == expected


class Stored(ContentFile):
    def open(self, mode=None):
        self.seek(0)
        return self


def send(content=b"0123456789", name="film.mp4", **headers):
    return send_file(RequestFactory().get("/", headers=headers), Stored(content, name=name), content_type="video/mp4")


def test_a_range_is_answered_with_that_piece():
    answer = send(Range="bytes=2-4")

    assert (answer.status_code, answer.content, answer.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")


def test_a_range_beyond_the_end_is_refused():
    answer = send(Range="bytes=10-")

    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10")


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=2-4", "If-Range": '"old"'}])
def test_without_a_range_the_whole_file_is_sent(headers):
    answer = send(**headers)

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"0123456789")
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_behind_nginx_only_the_address_is_sent(settings):
    settings.X_ACCEL_PREFIX = "/privati/"

    answer = send(name="recordings/il film.mp4", Range="bytes=2-4")

    assert (answer.content, answer.headers["X-Accel-Redirect"]) == (b"", "/privati/recordings/il%20film.mp4")
    assert answer.headers["Content-Type"] == "video/mp4"
