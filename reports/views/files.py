"""A table of a page as a file."""

from datetime import date

from django.http import FileResponse, Http404, StreamingHttpResponse

from lib.spreadsheets import Sheet, csv_pieces, xlsx_file
from reports.actions.export import FORMATS, file_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wanted_format(request) -> str:
    """The form that the address asks for; 404 for one that is not made."""
    wanted = request.GET.get("formato", "csv")
    if wanted not in FORMATS:
        raise Http404
    return wanted


def sheet_response(sheet: Sheet, what: str, wanted: str, *, today: date) -> FileResponse | StreamingHttpResponse:
    """Send the sheet: a CSV piece by piece, a workbook from the disk."""
    attachment = f'attachment; filename="{file_name(what, wanted, today=today)}"'
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": attachment}
    if wanted == "xlsx":
        return FileResponse(xlsx_file(sheet), content_type=XLSX, headers=headers)
    pieces = csv_pieces(sheet, is_plain=wanted == "csv-semplice")
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)
