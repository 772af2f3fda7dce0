"""History rows know who and from where: the acting user and the path go into pghistory's context."""

from pghistory.middleware import HistoryMiddleware as PgHistoryMiddleware


class HistoryMiddleware(PgHistoryMiddleware):
    def get_context(self, request) -> dict:
        return {
            **super().get_context(request),
            "source": "api" if request.path.startswith("/api/") else "page",
        }
