"""What tests of sheets stand on."""

from tests.factories.import_fixtures import no_heartbeat, place, upload_folder  # noqa: F401
