"""Reads how long an MP4 or M4A file plays, from its movie header (ISO/IEC 14496-12, box `moov`/`mvhd`). Pure."""

import struct
from typing import BinaryIO

CONTAINERS = {b"moov"}


class Mp4Error(ValueError):
    """The file is no MP4 that can be played."""


def duration_seconds(file: BinaryIO) -> int:
    """Whole seconds, rounded; raises Mp4Error when the file has no movie header."""
    file.seek(0, 2)
    header = _find_header(file, 0, file.tell())
    try:
        if header[0] == 1:  # times in 64 bits
            timescale, duration = struct.unpack_from(">IQ", header, 20)
        else:
            timescale, duration = struct.unpack_from(">II", header, 12)
        seconds = round(duration / timescale)
    except (struct.error, ZeroDivisionError, IndexError) as broken:
        raise Mp4Error("The movie header cannot be read.") from broken
    if seconds < 1:
        raise Mp4Error("The movie lasts less than a second.")
    return seconds


def _find_header(file: BinaryIO, start: int, end: int) -> bytes:
    while start + 8 <= end:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:  # a size in 64 bits follows
            large = file.read(8)
            size, head = (struct.unpack(">Q", large)[0], 16) if len(large) == 8 else (0, 8)
        elif size == 0:  # to the end of the file
            size = end - start
        if size < head:
            break
        if kind == b"mvhd":
            return file.read(min(size - head, 128))
        if kind in CONTAINERS:
            return _find_header(file, start + head, min(end, start + size))
        start += size
    raise Mp4Error("There is no movie header: the file is no MP4.")
