"""The staff API's contents page and the modules behind it."""

from importlib import import_module

import pytest

from chalicelib.web.routes import STAFF


@pytest.mark.parametrize("module", STAFF)
def test_the_contents_page_lists_what_the_module_carries_out(module: str) -> None:
    assert STAFF[module] == tuple(endpoint.route for endpoint in import_module(module).ENDPOINTS)
