r"""Drop articles whose text stands already, whatever the white space and the punctuation's width.

    >>> key("今天　天氣好。") == key("今天\n天氣好｡")
    True

The first one in the file is kept; the Reject names it. Near copies and contained ones are a later step's.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator

from data_builders.schema import Article, Reject


def drop_exact_duplicates(articles: Iterable[Article]) -> Iterator[Article | Reject]:
    """Yield each text and each id once; a repeat comes back as a Reject that says what it repeats."""
    first: dict[bytes, str] = {}
    ids: set[str] = set()
    for article in articles:
        digest = key(article.article)
        if article.id in ids and digest not in first:
            yield Reject(article.id, "dedupe", "id_twice", "another text has this id", article.article)
        elif digest in first:
            yield Reject(article.id, "dedupe", "duplicate", f"same text as {first[digest]}", article.article)
        else:
            first[digest] = article.id
            ids.add(article.id)
            yield article


def key(text: str) -> bytes:
    """Return the digest of the text's letters and digits, width and white space folded."""
    folded = unicodedata.normalize("NFKC", text)
    return hashlib.sha256("".join(filter(str.isalnum, folded)).encode()).digest()
