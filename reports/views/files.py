"""A table of a page as a file."""

from datetime import date

from django.http import FileResponse, StreamingHttpResponse

from lib.spreadsheets import Sheet, csv_pieces, xlsx_file
from reports.actions.export import file_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_response(sheet: Sheet, what: str, wanted: str, *, today: date) -> FileResponse | StreamingHttpResponse:
    """Send the sheet: a CSV piece by piece, a workbook from the disk."""
    attachment = f'attachment; filename="{file_name(what, wanted, today=today)}"'
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": attachment}
    if wanted == "xlsx":
        return FileResponse(xlsx_file(sheet), content_type=XLSX, headers=headers)
    pieces = csv_pieces(sheet, is_plain=wanted == "csv-semplice")
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)
