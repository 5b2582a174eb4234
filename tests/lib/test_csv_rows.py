import pytest

from lib.csv_rows import decode, read_rows

TEXT = "codice;nome\n014012;Gènova di sotto\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
def test_decode_reads_what_offices_send(encoding):
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfea", b"%PDF-1.7\nuna riga", b"{\\rtf1 una riga}"],
)
def test_decode_refuses_what_is_no_text(content):
    with pytest.raises(ValueError, match=r"text|codec|truncated"):
        decode(content)


def test_decode_takes_bytes_that_windows_does_not_know_for_a_mac():
    assert decode("Niccolò Forlè".encode("mac_roman")) == "Niccolò Forlè"


def test_read_rows_knows_the_line_ends_of_an_old_mac():
    assert read_rows("nome;ente\rAnna;Piuro\r") == [{"nome": "Anna", "ente": "Piuro"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_read_rows_finds_the_delimiter(delimiter):
    text = f" Codice {delimiter}NOME\n014012 {delimiter} Chiesa\n1\n"

    assert read_rows(text) == [{"codice": "014012", "nome": "Chiesa"}, {"codice": "1", "nome": ""}]


def test_read_rows_of_nothing_is_nothing():
    assert read_rows("") == []


def test_read_rows_refuses_a_cell_without_end():
    with pytest.raises(ValueError, match="field larger"):
        read_rows("nome\n" + "a" * 200_000)
