from collections.abc import Iterator
from pathlib import Path

import pytest
from page_house import Page, Served, pages


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A page over two toy papers and a toy sample; nothing is asked of any net."""
    with pages(tmp_path) as made:
        yield made


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Page]:
    """The same page as it is served to others: with a token."""
    with pages(tmp_path, token=Served.TOKEN) as made:
        yield made
