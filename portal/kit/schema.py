"""OpenAPI: one place for what drf-spectacular cannot see by itself."""

from drf_standardized_errors.openapi import AutoSchema


class PortalSchema(AutoSchema):
    """Standard error shapes on every operation; tags by the first path segment."""

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        return [parts[0]] if parts else ["api"]
