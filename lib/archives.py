"""Folders and zip files as one thing: names with their bytes. Nothing of an archive is written to disk by its name."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

MOST_FILES = 2_000
MOST_BYTES = 500_000_000  # unpacked, counted while reading: an archive lies about its sizes
MOST_RATIO = 100
PIECE = 1 << 20
DATE = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive


class ArchiveError(ValueError):
    """The archive cannot be read, or holds too much."""


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, by its path within it; links are not followed."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def read_zip(file: BinaryIO) -> dict[str, bytes]:
    """Every file of the archive by its name; one folder around everything is taken off."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise ArchiveError(f"More than {MOST_FILES} files.")
            files, left = {}, MOST_BYTES
            for entry in entries:
                files[entry.filename] = _read(archive, entry, left)
                left -= len(files[entry.filename])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as broken:
        raise ArchiveError("The archive cannot be read.") from broken
    return _without_common_folder(files)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    most = min(left, MOST_RATIO * max(entry.compress_size, 10_000))
    read = bytearray()
    with archive.open(entry) as packed:
        while piece := packed.read(PIECE):
            read += piece
            if len(read) > most:
                raise ArchiveError("The archive unpacks to too much.")
    return bytes(read)


def _without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {name.partition("/")[0] for name in files if "/" in name}
    if len(tops) == 1 and all("/" in name for name in files):
        return {name.partition("/")[2]: content for name, content in files.items()}
    return files


def write_zip(files: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, DATE), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
