"""The handler on Django, in one file, as ASGI and as WSGI."""

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tests.apps import logic

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="of a test", USE_TZ=True, DATABASES={}
    )
    django.setup()


def _answered(request: HttpRequest, *, forwards_events: bool = False) -> HttpResponse:
    if not logic.is_signed(request.GET.dict()):  # type: ignore[arg-type] # texts
        return HttpResponse("no", status=403)
    if request.method == "GET":
        return HttpResponse(request.GET["echostr"])
    return HttpResponse(logic.answer(request.body, forwards_events=forwards_events))


@csrf_exempt
def wechat(request: HttpRequest) -> HttpResponse:
    return _answered(request)


@csrf_exempt
def forwarding(request: HttpRequest) -> HttpResponse:
    return _answered(request, forwards_events=True)


urlpatterns = [path("", wechat), path("forwarding", forwarding)]
application = get_wsgi_application()
asgi = get_asgi_application()
