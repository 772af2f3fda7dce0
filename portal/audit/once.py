"""The form of a page, sent once: a second click of the same form leads where the first one led.

As `Idempotency-Key` for REST (idempotency.py). The form holds `{% once %}`; the key counts together with what was
filled in, so that somebody who goes back and changes a line has sent another form. A form that was refused may be sent
again.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .idempotency import MAX_KEY, claim

PageView = Callable[..., HttpResponse]
OWN_FIELDS = {"csrfmiddlewaretoken"}


def once(view: PageView) -> PageView:
    """Decorates a page that creates something by POST and answers with a redirect. Without a key nothing changes."""

    @wraps(view)
    def answered_once(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        key = request.POST.get("once", "")[:MAX_KEY] if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            kept, fresh = claim(
                user=request.user, path=request.path[:200], key=_with_content(request), fingerprint=""
            )
            if not fresh:
                return redirect(kept.body)
            response = view(request, *args, **kwargs)
            if 300 <= response.status_code < 400:
                kept.status, kept.body = response.status_code, response["Location"]
                kept.save(update_fields=["status", "body"])
            else:
                kept.delete()
        return response

    return answered_once


def _with_content(request: HttpRequest) -> str:
    """The key of the form and what it says, as one key."""
    content = {name: values for name, values in request.POST.lists() if name not in OWN_FIELDS}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
