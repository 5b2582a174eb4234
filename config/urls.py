"""Every address of the site. URL paths are Italian, URL names English; Wagtail's pages come last."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap as wagtail_sitemap
from wagtail.documents import urls as wagtaildocs_urls

from accounts.urls import sign_in_urlpatterns

urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    path("documenti/", include(wagtaildocs_urls)),
    path("accesso/", include(sign_in_urlpatterns)),
    # Sets a cookie and nothing else; without a token in it the frame of a public page can be cached.
    path("lingua/", csrf_exempt(login_not_required(set_language)), name="set_language"),
    path("sitemap.xml", login_not_required(wagtail_sitemap), name="sitemap"),
    path("", include("accounts.urls")),
    path("", include("territory.urls")),
    path("", include("journal.urls")),
    path("", include("courses.urls")),
    path("", include("tutorship.urls")),
    path("", include("certificates.urls")),
    path("", include("reports.urls")),
    path("", include("cms.urls")),
    re_path(r"^((?:[\w\-]+/)*)$", login_not_required(wagtail_views.serve), name="wagtail_serve"),
]
handler404 = "cms.views.page_not_found"
handler500 = "cms.views.server_error"
