from django.contrib.auth.decorators import login_not_required
from django.urls import path


@login_not_required
def broken(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [path("", broken)]
handler500 = "cms.views.server_error"
