from django.http import HttpResponseNotFound, HttpResponseServerError


def page_not_found(request, exception):
    return HttpResponseNotFound("404")


def server_error(request):
    return HttpResponseServerError("500")
