"""What tests of sheets and papers stand on."""

from tests.factories.import_fixtures import no_heartbeat, upload_folder  # noqa: F401
