from collections.abc import Iterator
from pathlib import Path

import pytest
from mock_server import MockServer
from teachers_house import House


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)
