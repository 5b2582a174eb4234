"""A list as its page and its files show it, cell by cell."""

import csv
from io import BytesIO, StringIO
from urllib.parse import urlencode
from zipfile import ZipFile

from django.urls import reverse
from lxml import etree, html

SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def _answer(client, name: str, query: dict):
    response = client.get(f"{reverse(name)}?{urlencode(query)}")
    assert response.status_code == 200, response.headers
    return response


def on_screen(client, name: str, **query) -> list[list[str]]:
    rows = html.fromstring(_answer(client, name, query).content).xpath("//tbody/tr")
    return [["".join(cell.itertext()).strip() for cell in row] for row in rows]


def in_csv(client, name: str, file_format: str, **query) -> list[list[str]]:
    text = b"".join(_answer(client, name, query | {"formato": file_format})).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter="," if file_format == "csv-semplice" else ";"))


def in_xlsx(client, name: str, **query) -> list[list]:
    """Numbers and days as the workbook counts them; a cell that is not there is None."""
    with ZipFile(BytesIO(b"".join(_answer(client, name, query | {"formato": "xlsx"})))) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = sheet.findall(".//x:row", SPACE)
    return [[_value(cell) for cell in row.findall("x:c", SPACE)] for row in rows]


def _value(cell):
    return "".join(cell.itertext()) if cell.get("t") == "inlineStr" else float(cell.find("x:v", SPACE).text)
