"""A polite crawler: a newspaper's listing -> its article pages -> Articles with where they are from.

    python -m data_builders crawl --source udn --limit 500 --out data/news/udn

listing -> visit (robots, delay, back-off) -> fetch (address guard, limits) -> state (SQLite, page cache)
-> extract (a layout's selectors, the page's metadata, generic) -> articles.jsonl
"""
