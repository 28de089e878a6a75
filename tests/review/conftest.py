from collections.abc import Iterator

import pytest
from review_house import OPEN


@pytest.fixture(autouse=True)
def close_stores() -> Iterator[None]:
    """Close the stores that a test's desks opened."""
    yield
    while OPEN:
        OPEN.pop().close()
