"""Sends a private file piece by piece: without HTTP Range a browser can neither seek in a recording nor resume it.

A range is answered with one mebibyte at most, read into memory: a slow line never holds a thread for a whole film, and
a player asks for the next piece by itself. Behind nginx a setting hands the whole work over (`X-Accel-Redirect`).
"""

import re
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

LONGEST_PIECE = 1024 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def send_file(request: HttpRequest, file: File, *, content_type: str) -> HttpResponseBase:
    """Answer with the file, or with the range that was asked for; only after the permission was checked."""
    if settings.X_ACCEL_PREFIX:
        headers = {"X-Accel-Redirect": settings.X_ACCEL_PREFIX + quote(file.name)}
        return HttpResponse(content_type=content_type, headers=headers)
    wanted = piece(request.headers.get("Range", ""), file.size) if "If-Range" not in request.headers else None
    if wanted is None:
        return FileResponse(file.open("rb"), content_type=content_type, headers={"Accept-Ranges": "bytes"})
    start, end = wanted
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    with file.open("rb") as opened:
        opened.seek(start)
        body = opened.read(end - start)
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end - 1}/{file.size}"}
    return HttpResponse(body, status=206, content_type=content_type, headers=headers)


def piece(header: str, size: int) -> tuple[int, int] | None:
    """The bytes from, to (excluded) of a Range header.

    None when the whole file is to be sent (no range, several, or one that means nothing); from = to when the file has
    no such bytes.
    """
    match = RANGE.fullmatch(header.strip())
    if not match or match[1] == match[2] == "":
        return None
    if match[1] == "":  # the last so many bytes
        start, last = max(0, size - int(match[2])), size - 1
    else:
        start, last = int(match[1]), int(match[2] or size - 1)
        if match[2] and last < start:
            return None
    if start >= size:
        return size, size
    return start, min(last + 1, size, start + LONGEST_PIECE)
