"""Where the handler is, for the fixture `wxkf` and for the stories."""

from collections.abc import Iterator

import pytest
import shop
from flask import Flask


@pytest.fixture
def wxkf_app() -> Flask:
    return shop.app


@pytest.fixture
def wxkf_settings() -> dict[str, str]:
    return {"token": shop.TOKEN, "data": "json"}


@pytest.fixture
def orders() -> Iterator[set[int]]:
    yield shop.orders
    shop.orders.clear()
