import pytest
from django.conf import settings

from courses import embeds


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk&t=5", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://youtu.be/abcdefghijk", "https://www.youtube-nocookie.com/embed/abcdefghijk"),
        ("https://vimeo.com/1234567", "https://player.vimeo.com/video/1234567?dnt=1"),
        ('https://www.youtube.com/watch?v="><script>', ""),
        ("https://youtube.com.example.org/watch?v=abcdefghijk", ""),
        ("https://example.org/pagina", ""),
        ("https://vimeo.com/canale", ""),
    ],
)
def test_only_videos_of_known_hosts_can_be_framed(url, frame):
    assert embeds.frame_address(url) == frame


def test_what_can_be_framed_is_what_the_policy_allows():
    allowed = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]

    assert set(embeds.HOSTS) | {"'self'"} == set(allowed)


def test_host_is_shown_without_its_www():
    assert [embeds.host(url) for url in ("https://www.youtube.com/x", "https://vimeo.com/1")] == [
        "youtube.com",
        "vimeo.com",
    ]
