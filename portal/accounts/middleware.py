"""Sessions end after idle minutes; the language is the one that the user chose."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

TOUCH_SECONDS = 60


class IdleSessionMiddleware:
    """Moves the session's end forward while its user works, at most once a minute (not a write per request).

    A page that asks by itself what is new (X-Background) is not its user at work.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and "X-Background" not in request.headers:
            now = int(time.time())
            if now - request.session.get("seen", 0) >= TOUCH_SECONDS:
                request.session["seen"] = now
        return self.get_response(request)


class ChosenLanguageMiddleware:
    """Chinese unless the user switched: a browser's own language does not decide on a Chinese office's screens."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
