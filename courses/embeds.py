"""Turns the address of a page with a video elsewhere into the one that can be framed. Pure.

Only hosts that are named here, and in the Content-Security-Policy, are ever framed; any other address stays a link.
"""

import re
from urllib.parse import parse_qs, urlsplit

HOSTS = ("https://www.youtube-nocookie.com", "https://player.vimeo.com")
YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com"}
YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)


def frame_address(url: str) -> str:
    """The address to frame once the person has asked for it, or "" when the page can only be linked."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    if host in YOUTUBE and path == "/watch":
        return _youtube(parse_qs(parts.query).get("v", [""])[0])
    if host == "youtu.be":
        return _youtube(path[1:])
    if host in {"vimeo.com", "www.vimeo.com"} and re.fullmatch(r"/\d{1,12}", path, re.ASCII):
        return f"{HOSTS[1]}/video{path}?dnt=1"
    return ""


def _youtube(video: str) -> str:
    return f"{HOSTS[0]}/embed/{video}" if YOUTUBE_ID.fullmatch(video) else ""


def host(url: str) -> str:
    """Who will hear of the visit: shown before the click."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
