"""Where a record is from, put on the record: `collected(article).provenance.sha256` is of the text as it was found."""

import hashlib

from data_builders.schema import Article, Collected, Provenance


def collected(article: Article) -> Collected:
    """Return an article as a record with its provenance."""
    digest = hashlib.sha256(article.article.encode("utf-8", "replace")).hexdigest()
    return Collected(
        id=article.id,
        source=article.source,
        article=article.article,
        provenance=Provenance(article.source, article.url, article.fetched_at or "", article.licence or "", digest),
        title=article.title,
        url=article.url,
        published=article.published,
        category=article.category,
        story=article.story,
        summary=article.summary,
        script=article.script,
        authors=article.authors,
        tags=article.tags,
        licence=article.licence,
        fetched_at=article.fetched_at,
    )
