"""What holds for every answer: clean input, the security policy, the language."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils import translation

CMS_PREFIX = "/cms/"
CMS_POLICY = {  # Wagtail's admin carries inline scripts and styles
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}


class MalformedRequestMiddleware:
    """Refuse NUL bytes in paths and parameters: PostgreSQL cannot store them and answers with an error."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("400")
        return self.get_response(request)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    def process_response(self, request, response):
        if request.path.startswith(CMS_PREFIX):
            response._csp_update = CMS_POLICY
        return super().process_response(request, response)


class LanguageMiddleware:
    """Italian, unless the person has chosen otherwise: an English browser on an office PC is no choice."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
