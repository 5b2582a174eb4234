import zipfile
from io import BytesIO

import pytest

from lib import archives
from lib.archives import ArchiveError, read_folder, read_zip, write_folder, write_zip

FILES = {"course.md": b"Corso", "lessons/01-prima.md": b"Prima", "materiali/schema.png": b"\x89PNG"}


def test_a_folder_and_a_zip_hold_the_same(tmp_path):
    write_folder(FILES, tmp_path / "corso")

    assert read_folder(tmp_path / "corso") == FILES
    assert read_zip(BytesIO(write_zip(FILES))) == FILES
    assert write_zip(FILES) == write_zip(dict(reversed(FILES.items())))


def test_one_folder_around_everything_is_taken_off():
    assert read_zip(BytesIO(write_zip({f"corso/{name}": content for name, content in FILES.items()}))) == FILES


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    (tmp_path / "corso").mkdir()
    (tmp_path / "corso" / "course.md").symlink_to(secret)

    assert read_folder(tmp_path / "corso") == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rotto", b"testo"])
def test_what_is_no_archive_is_refused(content):
    with pytest.raises(ArchiveError):
        read_zip(BytesIO(content))


def test_a_name_that_climbs_out_is_only_a_name():
    assert read_zip(BytesIO(write_zip({"../../etc/passwd": b"x", "course.md": b"y"})))["../../etc/passwd"] == b"x"


@pytest.mark.parametrize(("name", "limit"), [("MOST_FILES", 2), ("MOST_BYTES", 10), ("MOST_RATIO", 1)])
def test_an_archive_that_holds_too_much_is_refused(monkeypatch, name, limit):
    monkeypatch.setattr(archives, name, limit)

    with pytest.raises(ArchiveError):
        read_zip(BytesIO(write_zip({f"{number}.txt": b"0" * 40_000 for number in range(3)})))


def test_a_bomb_is_stopped_by_its_ratio():
    with pytest.raises(ArchiveError):
        read_zip(BytesIO(write_zip({"bomb": b"0" * 5_000_000})))


def test_a_locked_archive_is_refused():
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("course.md", "x")
    locked = bytearray(packed.getvalue())
    locked[6] |= 1  # "encrypted", in the file's header and in the directory
    locked[locked.find(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(ArchiveError):
        read_zip(BytesIO(bytes(locked)))
