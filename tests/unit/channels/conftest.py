from collections.abc import Iterator

import pytest

from tests.unit.channels.loopback import Platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    yield server
    server.close()
